import { Resource, Resources } from './synthesize';

/** Text with `${LogicalId}` and `${LogicalId.Attribute}` in the place of references. */
export function readable(value: any): any {
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value.Ref) {
    return `\${${value.Ref}}`;
  }
  if (value['Fn::GetAtt']) {
    return `\${${value['Fn::GetAtt'].join('.')}}`;
  }
  if (value['Fn::Join']) {
    const [separator, parts] = value['Fn::Join'];
    return readable(parts).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]));
}

/** Everything that CloudFormation creates before a resource, and so deletes after it. */
export function createdBefore(resources: Resources, logicalId: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [logicalId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const dependency of dependenciesOf(resources, resources[next])) {
      if (!seen.has(dependency)) {
        seen.add(dependency);
        open.push(dependency);
      }
    }
  }
  return seen;
}

function dependenciesOf(resources: Resources, { DependsOn = [], Properties = {} }: Resource): string[] {
  const referenced = [...JSON.stringify(readable(Properties)).matchAll(/\$\{([^.}]+)/g)].map(match => match[1]);
  return [DependsOn, referenced].flat().filter(id => id in resources);
}
