"""A Google Cloud on this machine: Cloud Asset Inventory and Resource Manager over gRPC, answering from one JSON document.

Google's own clients talk to it with anonymous credentials over a plaintext channel. They find it by gcloud's own variables,
`CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET` and `..._CLOUDRESOURCEMANAGER`, with the scheme `http`.

    with serving(document) as cloud:                   # in this process: tests
        cloud.faults.set(Fault("throttled", times=3))
    with running("FILE.json") as cloud:                # in a process of its own: the demo
        cloud.faults(Fault("denied", scope="projects/acme-ml-prod"))

`inventory` is what the document holds, `answers` one function per method, `faults` what goes wrong, `front` the port that both HTTP
versions share, `server` puts them together, `generate` makes any number of assets.
"""
