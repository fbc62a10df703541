/** As much of the report of `npm audit --json` as is judged. */
export interface AuditReport {
  readonly vulnerabilities: Readonly<Record<string, {
    /** Names of packages through which it is reached, and advisories of its own. */
    readonly via: readonly (string | Advisory)[];
  }>>;
}

export interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

/** An advisory that is known not to matter here. */
export interface Acknowledgement {
  /** `GHSA-…`, as its address ends. */
  readonly advisory: string;
  /** Why it does not matter: what would have to be called, and is not. */
  readonly reason: string;
  /** `yyyy-mm-dd`: then somebody looks again. */
  readonly until: string;
}

export const ACKNOWLEDGED: readonly Acknowledgement[] = [];

export interface Judgement {
  readonly faults: readonly string[];
  /** Worth knowing, and no reason to stop. */
  readonly notes: readonly string[];
}

/** Of tools: they run with the rights of a release. Less severe ones come with the monthly upgrade. */
const SEVERE = ['high', 'critical'];

export function isAuditReport(value: unknown): value is AuditReport {
  return typeof value === 'object' && value !== null && typeof (value as Partial<AuditReport>).vulnerabilities === 'object';
}

/**
 * In what ships (bundled, or a dependency of the package) every advisory is a fault, however severe, unless it is acknowledged. In tools those are that are
 * severe.
 *
 * @param shipping names of packages
 * @param today `yyyy-mm-dd`
 */
export function judge(
  { vulnerabilities }: AuditReport, shipping: ReadonlySet<string>, today: string, acknowledged: readonly Acknowledgement[] = ACKNOWLEDGED,
): Judgement {
  const all = Object.values(vulnerabilities).flatMap(({ via }) => via.filter(one => typeof one !== 'string'));
  const advisories = new Map(all.map(one => [`${one.name} ${one.url}`, one] as const));
  const faults: string[] = [];
  const notes: string[] = [];
  const used = new Set<Acknowledgement>();
  for (const { name, title, url, severity, range } of advisories.values()) {
    const ships = shipping.has(name);
    const text = `${name} ${range}: ${title} (${severity}, ${ships ? 'ships' : 'a tool'}, ${url})`;
    const known = acknowledged.find(({ advisory }) => url.endsWith(`/${advisory}`));
    if (known) {
      used.add(known);
    }
    if (known && known.until >= today) {
      notes.push(`${text}: acknowledged until ${known.until}: ${known.reason}`);
    } else if (known) {
      faults.push(`${text}: was acknowledged until ${known.until}: look again`);
    } else if (ships || SEVERE.includes(severity)) {
      faults.push(`${text}: upgrade it, or acknowledge it in projenrc/audits/advisories.ts with why it does not matter`);
    } else {
      notes.push(text);
    }
  }
  const surplus = acknowledged.filter(one => !used.has(one)).map(({ advisory }) => `${advisory} is acknowledged, and not found any more: take it off the list`);
  return { faults, notes: [...notes, ...surplus] };
}
