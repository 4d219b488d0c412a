"""A server that does nothing, to find the ceiling of the load: `python -m bench.trivial PORT`."""

import select
import socket
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def serve(port: int) -> None:
    """Answer whatever comes, for ever."""
    listening = socket.create_server(("127.0.0.1", port), backlog=128)
    poll = select.epoll()
    poll.register(listening.fileno(), select.EPOLLIN)
    clients: dict[int, socket.socket] = {}
    while True:
        for place, _ in poll.poll():
            if place == listening.fileno():
                client, _ = listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                clients[client.fileno()] = client
                poll.register(client.fileno(), select.EPOLLIN)
            elif clients[place].recv(65536):
                clients[place].send(ANSWER)
            else:
                poll.unregister(place)
                clients.pop(place).close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
