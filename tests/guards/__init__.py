"""Two checkouts of the project held against each other: what each answers to the same requests and commands.

    make compare WITH=FOLDER

builds, releases and serves both by their own command lines, asks both for the same things, and prints what differs.
Nothing is recorded: the one checkout is the measure of the other. What to ask is learnt from the first one's running
server, so that nothing here knows a module of the project.

Each builds and releases for itself, and the files of the releases are compared byte for byte. Then both serve a copy of
the first one's snapshot, because each build gives other names to blank nodes, and the engine orders by them what no
query orders. So does a sample, which leaves the other's build out.

What may differ, and is masked before two replies are compared (`masking`): the headers Date and X-Request-ID, the
request's number wherever the body repeats it, the address and port that a server listens on, temporary folders, the
identities of each side's own releases, durations in JSON, the figures of metrics, what the pool of workers is at, names
of blank nodes and, in a body that has any, the order of lines. ETag and Content-Length are compared where the bodies
were the same before masking, and in replies to HEAD where the reply may be kept.
"""
