// Whether a TLS connection that carries HTTP/1.1 has a call that was not answered, as seen by who passes the bytes on and
// cannot read them. A TLS 1.3 server sends session tickets after the handshake: bytes that answer nothing, and that come just
// when the first call is under way.

/** RFC 8446 section 5.1. */
const HEADER_BYTES = 5;
const APPLICATION_DATA = 23;
/** As OpenSSL sends them where nobody sets another number (SSL_CTX_set_num_tickets), one record each. */
const TICKETS = 2;
/** An alert of two bytes, its type and its tag (sections 5.2 and 6): how a client says that it closes. */
const ALERT_BYTES = 19;

/** Counts records that are encrypted, but for alerts; those of the handshake are among them in TLS 1.3. */
class Records {
  begun = 0;
  whole = 0;
  #header: number[] = [];
  #left = 0;
  #isCounted = false;

  read(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#header.length < HEADER_BYTES) {
        this.#header.push(chunk[at] ?? 0);
        at += 1;
        if (this.#header.length === HEADER_BYTES) this.#begin();
      } else {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      }
      if (this.#header.length === HEADER_BYTES && this.#left === 0) this.#end();
    }
  }

  #begin(): void {
    const [type, , , high = 0, low = 0] = this.#header;
    this.#left = high * 256 + low;
    this.#isCounted = type === APPLICATION_DATA && this.#left !== ALERT_BYTES;
    if (this.#isCounted) this.begun += 1;
  }

  #end(): void {
    if (this.#isCounted) this.whole += 1;
    this.#header = [];
  }
}

/**
 * For a server that speaks TLS 1.3, wants no client certificate, and answers with one record, as the guard does to a small
 * review. A handshake that is not over counts as a call, for nobody connects without one; a connection that nothing was sent
 * on after it does not: Go may have found another one for the call meanwhile.
 */
export class UnansweredCall {
  readonly #client = new Records();
  readonly #server = new Records();
  #isAnswered = false;
  /** What the server had sent when the client ended the handshake. */
  #handshake: number | undefined;

  fromClient(chunk: Uint8Array): void {
    const before = this.#client.begun;
    this.#client.read(chunk);
    // Its first encrypted record is the end of the handshake; all that come later are calls.
    if (this.#client.begun > 0) this.#handshake ??= this.#server.whole;
    if (this.#client.begun > before && this.#client.begun > 1) this.#isAnswered = false;
  }

  fromServer(chunk: Uint8Array): void {
    const before = this.#server.whole;
    this.#server.read(chunk);
    const { whole } = this.#server;
    if (this.#handshake === undefined || whole === before) return;
    this.#isAnswered = whole > this.#handshake + TICKETS;
  }

  get isThere(): boolean {
    if (this.#client.begun > 1) return !this.#isAnswered;
    return this.#handshake === undefined || this.#server.whole === this.#handshake;
  }
}
