# How Linux's allocator (glibc) keeps the server's memory. Sourced by init.sh; bin/start.cjs gives the same.

# Two pools for all threads. Pieces of 2 MB and more (pixels, uploads, what nets compute with) are the machine's again as
# soon as they are let go of, instead of leaving holes in the pools: 80 MB less at rest. They come in large pages where the
# machine has some, as taking them page by page costs time (docs/operations.md).
ALLOCATOR_TUNABLES=$(cat bin/glibc-tunables.txt)
