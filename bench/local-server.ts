import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** A part of AWS, on a free port of this machine. */
export abstract class LocalServer {
  private readonly server = createServer((request, response) => {
    bodyOf(request).then(body => this.answer(request, body, response)).catch(error => {
      response.writeHead(500).end(String(error));
    });
  });

  /** @returns its address */
  public async start(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  protected abstract answer(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
