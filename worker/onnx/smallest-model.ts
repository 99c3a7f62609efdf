const HEX =
  '0808120574616369743a4e0a130a01781201791a017922084964656e746974791201675a190a017812140a120801120e0a0c120a' +
  '63616e6469646174657362190a017912140a120801120e0a0c120a63616e6469646174657342040a001011';

/** y = x, as an ONNX model: what shows that the runtime itself works. A test writes it anew. */
export const SMALLEST_MODEL = Uint8Array.from(HEX.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
