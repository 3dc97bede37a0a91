"""A run of the builtin agent through Autobahn. Prints the events and the end of the connection as
one line of JSON. Arguments: address, token, thread, window (0: no compression)."""

import asyncio
import json
import sys
from urllib.parse import urlsplit

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.compress import (
    PerMessageDeflateOffer,
    PerMessageDeflateResponse,
    PerMessageDeflateResponseAccept,
)

url, token, thread, window = sys.argv[1:]
bits = int(window)
ended = asyncio.Event()


class Client(WebSocketClientProtocol):
    def onOpen(self):
        self.events = []
        self.pongs = 0

    def ask(self, command):
        """Sends a command in three fragments, with a ping between."""
        text = json.dumps(command).encode()
        self.beginMessage(isBinary=False)
        self.sendMessageFrame(text[:10])
        self.sendPing(b"beat")
        self.sendMessageFrame(b"")
        self.sendMessageFrame(text[10:])
        self.endMessage()

    def onPong(self, payload):
        self.pongs += payload == b"beat"

    def onMessage(self, payload, isBinary):
        frame = json.loads("" if isBinary else payload.decode())
        if frame["type"] == "welcome":
            threads = [{"thread_id": thread, "after": 0}]
            self.ask({"type": "subscribe", "id": "s1", "payload": {"threads": threads}})
        elif frame["type"] == "caught_up":
            payload = {"agent": "builtin", "input": "write 20 kilobytes"}
            self.ask({"type": "start_agent", "id": "c1", "thread_id": thread, "payload": payload})
        if "seq" in frame:
            self.events.append(frame)
        if frame["type"] == "agent_completed":
            self.sendClose(1000)

    def onClose(self, wasClean, code, reason):
        extension = self._perMessageCompress
        end = {
            "name": "end",
            "extensions": extension.EXTENSION_NAME if extension else "",
            "pongs": self.pongs,
            "code": code,
            "events": self.events,
        }
        print(json.dumps(end), flush=True)
        ended.set()


def accept(response):
    if isinstance(response, PerMessageDeflateResponse):
        return PerMessageDeflateResponseAccept(response)


async def main():
    factory = WebSocketClientFactory(
        url, protocols=["parley.v1"], headers={"Authorization": "Bearer " + token}
    )
    factory.protocol = Client
    if bits:
        offer = PerMessageDeflateOffer(request_max_window_bits=bits if bits < 15 else 0)
        factory.setProtocolOptions(
            perMessageCompressionOffers=[offer], perMessageCompressionAccept=accept
        )
    address = urlsplit(url)
    await asyncio.get_running_loop().create_connection(factory, address.hostname, address.port)
    await ended.wait()


asyncio.run(main())
