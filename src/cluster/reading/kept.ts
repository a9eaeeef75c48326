// What a reading keeps of a cluster, within the room that the process has: a command that asks once says that a cluster is too
// large for it, in place of dying half an hour later without a word.
import { AppError } from '../../errors.ts';
import { NoRoom, Room } from '../view/room.ts';

export class Kept {
  readonly #room: Room;
  #count = 0;

  constructor(room: Room = new Room()) {
    this.#room = room;
  }

  /**
   * The results of one read, each accounted for as it comes.
   * @throws AppError cluster-too-large
   */
  list<T extends object>(): KeptList<T> {
    const items: T[] = [];
    const ids: string[] = [];
    return {
      items,
      push: (item) => {
        this.#count += 1;
        const id = String(this.#count);
        this.#take(id, item);
        ids.push(id);
        items.push(item);
      },
      clear: () => {
        for (const id of ids) this.#room.leave(id);
        ids.length = 0;
        items.length = 0;
      },
    };
  }

  #take(id: string, item: object): void {
    try {
      this.#room.take(id, item, true);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      const mebibytes = Math.floor(this.#room.mostBytes / 2 ** 20);
      const detail = `They take more than ${mebibytes} MiB, half of the memory that Node gives it.`;
      throw new AppError('cluster-too-large', detail, { cause: error });
    }
  }
}

export interface KeptList<T> {
  readonly items: readonly T[];
  /** @throws AppError cluster-too-large */
  push(item: T): void;
  /** Where the read is made again from its start. */
  clear(): void;
}
