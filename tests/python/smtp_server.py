"""A real mail server (aiosmtpd) that fails on demand, for the tests of mail.

usage: smtp_server.py [CERTIFICATE KEY]      with both: it insists on STARTTLS
       smtp_server.py ascii                  it does not announce SMTPUTF8, and takes no address that needs it

Prints one JSON document a line: first {"port": …}, then {"step": …} for every step that a client reaches, and
{"received": {…}} for every mail that it took. Reads one JSON document a line, how it behaves from then on:
{} – as it should; {"at": STEP, "do": "stall" | "drop" | "reply", "reply": TEXT} – at that step it says nothing until
it is told otherwise, cuts the connection, or answers so. It ends when its input ends.

Steps: CONNECT, EHLO, MAIL, RCPT, DATA (before the text is asked for), BODY (in the middle of the text), END (it has
the whole text, and has not said so yet).
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP

fault = {}
changed = asyncio.Event()


def tell(document):
    print(json.dumps(document), flush=True)


async def pass_step(step, connection):
    """Tells of the step and fails there if told to; answers what to reply instead of the usual."""
    tell({"step": step})
    if fault.get("at") != step:
        return None
    if fault["do"] == "stall":
        changed.clear()
        await changed.wait()
        return None
    if fault["do"] == "drop":
        connection.transport.abort()
        raise asyncio.CancelledError
    return fault["reply"]


class FaultyServer(SMTP):
    async def _handle_client(self):
        reply = await pass_step("CONNECT", self)
        if reply:
            await self.push(reply)
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        reply = await pass_step("EHLO", self)
        await (self.push(reply) if reply else super().smtp_EHLO(hostname))

    async def smtp_MAIL(self, arg):
        reply = await pass_step("MAIL", self)
        await (self.push(reply) if reply else super().smtp_MAIL(arg))

    async def smtp_RCPT(self, arg):
        reply = await pass_step("RCPT", self)
        await (self.push(reply) if reply else super().smtp_RCPT(arg))

    async def smtp_DATA(self, arg):
        reply = await pass_step("DATA", self)
        if reply:
            await self.push(reply)
        elif fault.get("at") == "BODY":
            await self.push("354 Go on")
            await self._reader.readuntil(b"\r\n")
            await pass_step("BODY", self)
        else:
            await super().smtp_DATA(arg)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        headers = {name.lower(): str(value) for name, value in message.items()}
        if fault.get("at") != "END" or fault["do"] != "reply":
            tell({"received": {"to": envelope.rcpt_tos, "headers": headers, "bodies": bodies, "tls": session.ssl is not None}})
        return await pass_step("END", server) or "250 2.0.0 Taken"


async def main(arguments):
    context = None
    international = arguments != ["ascii"]
    if international and arguments:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*arguments)
    loop = asyncio.get_running_loop()

    def connection():
        return FaultyServer(
            Mailbox(), loop=loop, hostname="mail.test", enable_SMTPUTF8=international, tls_context=context, require_starttls=True
        )

    server = await loop.create_server(connection, "127.0.0.1", 0)
    tell({"port": server.sockets[0].getsockname()[1]})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        fault.clear()
        fault.update(json.loads(line))
        changed.set()
        tell({"told": fault})


asyncio.run(main(sys.argv[1:]))
