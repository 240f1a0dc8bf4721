/** A picture as its codec writes it, and how one is put together out of RTP payloads. */

export interface CodedPicture {
  readonly data: Buffer;
  /** Whether decoding can begin with it. */
  readonly isKey: boolean;
}

/** What every video codec provides. */
export interface Depacketiser {
  /** Takes the next payload of the picture (at least one byte), in order. False: it does not belong there, and the picture is damaged. */
  push(payload: Buffer): boolean;
  /** The picture, in the form that the decoder reads; undefined when it is incomplete. Begins the next one. */
  take(): CodedPicture | undefined;
}
