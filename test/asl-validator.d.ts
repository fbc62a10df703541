/** The package ships no types of its own. */
declare module 'asl-validator' {
  function validator(
    definition: object,
    options?: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): {
    readonly isValid: boolean;
    readonly errors: unknown[];
    errorsText(separator?: string): string;
  };
  export = validator;
}
