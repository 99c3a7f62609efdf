import {
  type Initialiser,
  initialiser,
  integer,
  integers,
  type Node,
  node,
  type TensorValues,
  TYPE,
} from './proto.ts';

/** A graph while it is being written: every call adds to it and names what it added. */
export interface Sheet {
  readonly nodes: readonly Node[];
  readonly initialisers: readonly Initialiser[];
  readonly type: typeof TYPE;
  readonly attribute: { readonly integer: typeof integer; readonly integers: typeof integers };
  /** @param name of the output; made up where it is left out */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: ReturnType<typeof integer>[],
    name?: string,
  ): string;
  tensor(name: string, dims: readonly number[], values: TensorValues): string;
  /** one number, written once */
  scalar(name: string, value: number): string;
}

export function openSheet(): Sheet {
  const nodes: Node[] = [];
  const initialisers = new Map<string, Initialiser>();
  const sheet: Sheet = {
    nodes,
    get initialisers() {
      return [...initialisers.values()];
    },
    type: TYPE,
    attribute: { integer, integers },
    node(operator, inputs, attributes = [], name = `${operator.toLowerCase()}.${nodes.length}`) {
      nodes.push(node(operator, [inputs, name], attributes));
      return name;
    },
    tensor(name, dims, values) {
      initialisers.set(name, initialiser(name, dims, values));
      return name;
    },
    scalar: (name, value) => sheet.tensor(name, [], { type: 'float32', values: Float32Array.of(value) }),
  };
  return sheet;
}
