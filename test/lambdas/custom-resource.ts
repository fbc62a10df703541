import { CloudFormationCustomResourceEvent } from 'aws-lambda';

export interface CustomResourceAnswer {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** Catches what handlers answer to CloudFormation in the tests of a file. */
export function cloudFormation(): { readonly answers: CustomResourceAnswer[] } {
  const answers: CustomResourceAnswer[] = [];
  beforeEach(() => {
    answers.length = 0;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (_, request) => {
      answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
      return new Response();
    });
  });
  return { answers };
}

export function anEvent(RequestType: 'Create' | 'Update' | 'Delete', properties: object, more: object = {}): CloudFormationCustomResourceEvent {
  return {
    RequestType,
    ServiceToken: 'arn:handler',
    ResponseURL: 'https://answer',
    StackId: 'arn:aws:cloudformation:eu-central-1:444455556666:stack/TheStack/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Resource',
    ResourceType: 'Custom::Resource',
    ResourceProperties: { ServiceToken: 'arn:handler', ...properties },
    ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'the-id' }),
    ...more,
  } as CloudFormationCustomResourceEvent;
}
