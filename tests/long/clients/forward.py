"""A TCP port of this machine for a Unix socket: the socket, and a file for the number of the port."""

import asyncio
import pathlib
import sys

SOCKET, PORT = sys.argv[1:]


async def pour(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def connected(reader, writer):
    there_reader, there_writer = await asyncio.open_unix_connection(SOCKET)
    await asyncio.gather(pour(reader, there_writer), pour(there_reader, writer), return_exceptions=True)


async def main():
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    pathlib.Path(PORT).write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


asyncio.run(main())
