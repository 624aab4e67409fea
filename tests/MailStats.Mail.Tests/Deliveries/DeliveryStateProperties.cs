using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using Outcome = MailStats.Mail.Deliveries.Outcome;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class DeliveryStateProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void Order_and_repetition_change_no_byte_of_a_state() => Check.One(Thorough, Prop.ForAll(
        Told(),
        told => Merge(told.Events).SequenceEqual(Merge(told.Retold.SelectMany(batch => batch)))));

    [Fact]
    public void An_event_that_was_merged_changes_nothing_again() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();
            Array.ForEach(events, delivery => state.Merge(delivery));
            return events.All(delivery => !state.Merge(delivery));
        }));

    [Fact]
    public void What_is_written_is_read_back() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var bytes = Merge(events);
            return bytes.SequenceEqual(Encode(DeliveryCodec.Decode(bytes, NumberedTexts.All).State));
        }));

    /// <summary>A state that lost something to its encoding would show it when it is merged further.</summary>
    [Fact]
    public void A_state_can_be_put_away_between_any_two_events() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();

            foreach (var delivery in events)
            {
                state = DeliveryCodec.Decode(Encode(state), NumberedTexts.All).State;
                state.Merge(delivery);
            }

            return Encode(state).SequenceEqual(Merge(events));
        }));

    [Fact]
    public void A_changed_state_has_changed_bytes_and_an_unchanged_one_has_not() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();
            var before = Encode(state);

            foreach (var delivery in events)
            {
                var changed = state.Merge(delivery);
                var after = Encode(state);

                if (changed == before.SequenceEqual(after))
                {
                    return false;
                }

                before = after;
            }

            return true;
        }));

    /// <summary>Few deliveries have so many events: here each has, at few instants, some ids twice.</summary>
    [Fact]
    public void A_trail_that_is_cut_is_still_the_same_in_any_order() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        ToldOften(),
        told => Merge(told.Events).SequenceEqual(Merge(told.Retold.SelectMany(batch => batch)))));

    [Fact]
    public void A_cut_trail_has_the_first_and_the_last() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        ToldOften(),
        told =>
        {
            var all = told.Events
                .Where(delivery => delivery.Event.Kind is not (DeliveryEventKind.Accepted or DeliveryEventKind.Complained))
                .Select(Outcome.Of)
                .GroupBy(outcome => (outcome.At, outcome.EventId))
                .Select(tellings => tellings.Aggregate((left, right) => Outcome.CompareTellings(left, right) >= 0 ? left : right))
                .OrderBy(outcome => outcome.At).ThenBy(outcome => outcome.EventId)
                .ToList();
            var kept = all.Count <= Trail.First + Trail.Last ? all : [.. all.Take(Trail.First), .. all.TakeLast(Trail.Last)];

            return StateOf(told.Events).Trail.SequenceEqual(kept);
        }));

    [Fact]
    public void Attempts_beyond_a_cut_trail_are_counted_still() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        ToldOften(),
        told =>
        {
            var attempts = told.Events.Where(delivery => delivery.Event is
            {
                Attempted: true, Kind: DeliveryEventKind.Deferred or DeliveryEventKind.Delivered or DeliveryEventKind.Bounced,
            });
            var number = told.Events.Max(delivery => delivery.Event.AttemptNumber) ?? 0;
            var state = DeliveryCodec.Decode(Merge(told.Events), NumberedTexts.All).State;

            return state.Attempts() == Math.Max(attempts.Select(delivery => delivery.Event.EventId).Distinct().Count(), number);
        }));

    /// <summary>Halves of the events, each merged alone and written, say together what all say.</summary>
    [Fact]
    public void What_both_halves_tell_is_what_all_tell() => Check.One(Thorough, Prop.ForAll(
        Told(),
        told =>
        {
            var state = StateOf(told.Events.Take(told.Events.Length / 2));

            foreach (var delivery in told.Retold.SelectMany(batch => batch))
            {
                state.Merge(delivery);
            }

            return Encode(state).SequenceEqual(Merge(told.Events));
        }));

    [Fact]
    public void What_has_no_number_is_read_back_as_well() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var none = new NumberedTexts(_ => false);
            var some = new NumberedTexts(text => text.Length % 2 == 0);
            var state = StateOf(events);

            return Encode(DeliveryCodec.Decode(Encode(state, none), none).State).SequenceEqual(Encode(state))
                && Encode(DeliveryCodec.Decode(Encode(state, some), some).State).SequenceEqual(Encode(state));
        }));

    private static Arbitrary<(ClassifiedDelivery[] Events, ClassifiedDelivery[][] Retold)> ToldOften() =>
        (from some in EventGen.EventsOfOne.Where(events => events.Length > 0)
         from ids in Gen.Choose(0, 120).ArrayOf(150)
         from minutes in Gen.Choose(0, 40).ArrayOf(150)
         let events = ids.Select((id, index) => some[index % some.Length] is var told
             ? told with { Event = told.Event with { EventId = new(id, 0, 0, new byte[8]), OccurredAt = Some.Noon.AddMinutes(minutes[index]) } }
             : told).ToArray()
         from retold in EventGen.Retold(events)
         select (events, retold)).ToArbitrary();

    private static Arbitrary<(ClassifiedDelivery[] Events, ClassifiedDelivery[][] Retold)> Told() =>
        (from events in EventGen.EventsOfOne from retold in EventGen.Retold(events) select (events, retold)).ToArbitrary();

    private static byte[] Merge(IEnumerable<ClassifiedDelivery> events) => Encode(StateOf(events));

    private static DeliveryState StateOf(IEnumerable<ClassifiedDelivery> events)
    {
        var state = new DeliveryState();

        foreach (var delivery in events)
        {
            state.Merge(delivery);
        }

        return state;
    }

    private static byte[] Encode(DeliveryState state) => Encode(state, NumberedTexts.All);

    private static byte[] Encode(DeliveryState state, NumberedTexts texts)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeliveryCodec.Encode(new("m1", "ann@example.net", state), texts, bytes);

        return bytes.WrittenSpan.ToArray();
    }
}
