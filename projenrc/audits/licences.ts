import { REDISTRIBUTABLE } from '../tasks/third-party-licenses';

/** As much of `package-lock.json` as licences need. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** As much of `package.json`. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Licences that tools may have as well, since nothing of them ships: they ask for nothing of those who run them. */
const FOR_TOOLS = ['CC-BY-4.0', 'CC0-1.0', 'Python-2.0', 'Unlicense'];

/** Tools under other licences, with why they are here. None of them may ship. */
export const ACKNOWLEDGED_TOOLS: Readonly<Record<string, string>> = {
  '@cloud-copilot/iam-policy': 'AGPL-3.0-or-later; a part of iam-simulate',
  '@cloud-copilot/iam-simulate': 'AGPL-3.0-or-later; tests ask it what IAM would answer to the rights that the template gives',
  '@cloud-copilot/iam-utils': 'AGPL-3.0-or-later; a part of iam-simulate',
};

/** Whether an SPDX expression gives a choice that is on the list. What is not understood is not. */
export function isOneOf(expression: string | undefined, allowed: readonly string[]): boolean {
  const text = (expression ?? '').trim().replace(/^\(([^()]*)\)$/, '$1');
  const any = text.split(' OR ');
  if (any.length > 1) {
    return !text.includes(' AND ') && any.some(one => isOneOf(one, allowed));
  }
  const all = text.split(' AND ');
  return all.length > 1 ? all.every(one => isOneOf(one, allowed)) : allowed.includes(text);
}

/** `name@version` of the packages whose code is in a bundle, as the bundle task has noted them. */
export function bundledIn(notices: string): ReadonlySet<string> {
  return new Set([...notices.matchAll(/^-{80}\n(\S+@\S+) \(/gm)].map(([, id]) => id));
}

/** Everything that the checks find fault with, in plain words. */
export function licenceFaults(lock: Lock, manifest: Manifest, bundled: ReadonlySet<string>, acknowledged = ACKNOWLEDGED_TOOLS): readonly string[] {
  const brought = broughtBy(lock, manifest);
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [path, locked] of Object.entries(lock.packages)) {
    if (path === '' || locked.link) {
      continue;
    }
    const name = nameOf(path);
    const id = `${name}@${locked.version}`;
    seen.add(name);
    const isBundled = bundled.has(id);
    const ships = isBundled || brought.has(path);
    if (ships && (name in acknowledged || !isOneOf(locked.license, REDISTRIBUTABLE))) {
      faults.push(`${id} (${locked.license ?? 'no licence'}) ${isBundled ? 'is in a bundle' : 'comes with the package'}: allowed are ${REDISTRIBUTABLE.join(', ')}`);
    } else if (!ships && !(name in acknowledged) && !isOneOf(locked.license, [...REDISTRIBUTABLE, ...FOR_TOOLS])) {
      faults.push(`the tool ${id} has the licence ${locked.license ?? 'none'}: use another one, or acknowledge it in projenrc/audits/licences.ts with why it is here`);
    }
  }
  const known = new Set(Object.entries(lock.packages).map(([path, { version }]) => `${nameOf(path)}@${version}`));
  return [
    ...faults,
    ...[...bundled].filter(id => !known.has(id)).map(id => `${id} is in a bundle, and not in package-lock.json: bundle again`),
    ...Object.keys(acknowledged).filter(name => !seen.has(name)).map(name => `the tool ${name} is acknowledged, and not there any more: take it off the list`),
  ];
}

/** Paths of what an installation of the package brings along: its dependencies and peers, with theirs. */
function broughtBy({ packages }: Lock, { dependencies, optionalDependencies, peerDependencies }: Manifest): ReadonlySet<string> {
  const brought = new Set<string>();
  const open = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).map(name => `node_modules/${name}`);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const locked = packages[path];
    if (!locked || brought.has(path)) {
      continue;
    }
    brought.add(path);
    for (const name of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies, ...locked.peerDependencies })) {
      const found = resolved(name, path, packages);
      if (found) {
        open.push(found);
      }
    }
  }
  return brought;
}

/** As Node looks for it: from the package upwards. */
function resolved(name: string, from: string, packages: Lock['packages']): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const path = `${place}${place === '' ? '' : '/'}node_modules/${name}`;
    if (path in packages) {
      return path;
    }
    if (place === '') {
      return undefined;
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
