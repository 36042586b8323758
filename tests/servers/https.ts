import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What is answered to a request: a text, a place to go instead, or whatever it does by itself. */
export type WebAnswer = string | { location: string } | ((response: ServerResponse) => void);

export interface WebServer {
  port: number;
  /** By address without a query, such as `https://autoconfig.company.example/mail/config-v1.1.xml`. Others are not found. */
  pages: Map<string, WebAnswer>;
  /** The whole addresses that were asked for, in order. */
  asked: string[];
  stop(): Promise<void>;
}

/** A web server on the loopback that is every host its certificate is for. */
export async function startWebServer(certificate: { cert: string; key: string }): Promise<WebServer> {
  const listener = createServer(certificate, (request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', `https://${request.headers.host}`);
    web.asked.push(url.href);
    const answer = web.pages.get(`${url.origin}${url.pathname}`);
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'string') response.end(answer);
    else if (typeof answer === 'function') answer(response);
    else response.writeHead(302, { Location: answer.location }).end();
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const web: WebServer = {
    port: (listener.address() as AddressInfo).port,
    pages: new Map(),
    asked: [],
    stop: async () => {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return web;
}
