import type { A } from "./a";
import B, { C as D } from "b";
export interface Shape extends Base, Other<string> {
  /** Its area. */
  area(scale?: number): number;
  name: string;
}
@Injectable()
export abstract class Store<T> extends Base<T> implements Shape, Other {
  constructor(private readonly client: Client, public limit: number = 10) { super(); }
  @Get("/x") @Auth()
  async find(@Body() name: string, limit?: number, ...rest: string[]): Promise<User | null> {
    return this.client.query<User>(name).first();
  }
  abstract later(x: number): void;
}
export type Id = string | number;
enum Color { Red, Green }
namespace N { export function inside(): void {} }
export function open(path: string): Store<User> { return new Store(path); }
export const f = (x: number): string => `${x}`;
declare function g(x: string): void;
