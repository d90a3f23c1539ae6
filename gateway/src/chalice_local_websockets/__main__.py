"""`python -m chalice_local_websockets`: the same as the command chalice-ws-local."""

from chalice_local_websockets.command import main

if __name__ == "__main__":
    main()
