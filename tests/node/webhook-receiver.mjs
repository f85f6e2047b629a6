// A receiver as its developers write it, with npm `standardwebhooks`.
//
// usage: node webhook-receiver.mjs; prints its port, then a line of JSON for each message. Each line that it reads is the secret from
// then on. It answers 204 to a message whose signature it verified, and 400 to others.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

let webhook;
createInterface({ input: process.stdin }).on("line", (secret) => {
	webhook = new Webhook(secret);
	console.log(JSON.stringify({ listens: true }));
});

const server = createServer(async (request, response) => {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	const body = Buffer.concat(chunks).toString();
	try {
		const event = webhook.verify(body, request.headers);
		console.log(JSON.stringify({ verified: event }));
		response.writeHead(204).end();
	} catch (error) {
		console.log(JSON.stringify({ refused: error.message }));
		response.writeHead(400).end();
	}
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
