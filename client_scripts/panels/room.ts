/**
 * Hearing of a new insight: the room whose unguessable name came with the answer. The message carries
 * nothing; it only means "read again".
 */

const EVENT = 'education_ai_insight';

export class Room {
  private channel: string | null = null;
  private listening = false;
  private lost = false;
  private readonly onNews: () => void;

  constructor(onNews: () => void) {
    this.onNews = onNews;
  }

  /** Moves to another room, also to the same document's room of a new day. `null` leaves. */
  move(channel: string | null): void {
    if (channel === this.channel) return;
    if (this.channel !== null) frappe.realtime.emit('task_unsubscribe', this.channel);
    this.channel = channel;
    if (channel === null) return;
    this.listen();
    frappe.realtime.emit('task_subscribe', channel);
  }

  /** Once per page: listeners of a form's every refresh would pile up. */
  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    frappe.realtime.on(EVENT, () => {
      if (this.channel !== null) this.onNews();
    });
    frappe.realtime.on('disconnect', () => {
      this.lost = true;
    });
    frappe.realtime.on('connect', () => {
      // The server forgot this socket's rooms, and nothing said meanwhile is told again.
      if (!this.lost || this.channel === null) return;
      this.lost = false;
      frappe.realtime.emit('task_subscribe', this.channel);
      this.onNews();
    });
  }
}
