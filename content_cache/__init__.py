"""The content service: which content is here, and why it is believed. The only one with network.

The province publishes one folder: a few signed metadata files (The Update Framework), one catalogue
per area that an author *and* an approver named byte for byte, and immutable blobs by SHA-256. This
service looks at it, takes nothing that is not proven, fetches what is missing so that any interruption
costs little, and shows a new catalogue only when every blob it needs is held. What was there before
stays until that moment, whatever the line, the power or the repository do.

Two sides live here. The point's: `core` decides, `network` and `disk` carry out (`trust`, `fetch`,
`store`, `index`). The publisher's: `publish` is the command, over `manifest`, `ingest`, `measure`,
`draft`, `keys` and `repository`.
"""
