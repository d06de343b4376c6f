/** Hours that look taken because it is we who have them: when a line is moved they are in nobody's way. Pure. */

const taken = (slot) => !slot.free && slot.reason?.code === "slot_taken";

/**
 * Days of a service as they are without its own lines; whether somebody else is there too only the quote can tell.
 * @param {object[]} days  of the availability answer
 * @param {object[]} own  the lines that are to be moved
 * @param {number} minutes  how long the service takes
 */
export function withoutOwn(days, own, minutes) {
  const spans = own.map((line) => [Date.parse(line.start), Date.parse(line.end)]);
  const ours = (slot) => {
    const start = Date.parse(slot.start);
    return spans.some(([from, to]) => start < to && start + minutes * 60000 > from);
  };
  return days.map((day) => {
    const slots = day.slots.map((slot) => (taken(slot) && ours(slot) ? { ...slot, free: true } : slot));
    const opened = day.state === "full" && slots.some((slot) => slot.free);
    return { ...day, slots, ...(opened && { state: "few", price: day.price ?? slots.find((slot) => slot.free).price }) };
  });
}
