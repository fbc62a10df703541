import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { withoutNetwork } from './support/consumer';

const CONNECT = 'require("net").connect(Number(process.argv[1]), "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))';

// Not every machine lets its users cut a process off.
(withoutNetwork().length > 0 ? test : test.skip)('whoever is put without a network reaches nobody, this machine included', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connects = (...prefix: readonly string[]) => {
    const [command, ...args] = [...prefix, process.execPath, '-e', CONNECT, String((server.address() as AddressInfo).port)];
    return spawnSync(command, args).status === 0;
  };
  try {
    expect(connects()).toBe(true);
    expect(connects(...withoutNetwork())).toBe(false);
  } finally {
    server.close();
  }
});
