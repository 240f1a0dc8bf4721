/** An error of the client, with a stable code of docs/errors.md. */
export type ClientErrorCode = 'CLIENT_OPTION_INVALID' | 'CLIENT_WEBSOCKET_MISSING' | 'CLIENT_TOO_SLOW';

export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
  ) {
    super(message);
  }
}
