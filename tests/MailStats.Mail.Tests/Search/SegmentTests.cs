using System.Globalization;
using System.Text;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;

namespace MailStats.Mail.Tests.Search;

public sealed class SegmentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(3_000)]
    public void A_segment_gives_what_was_put_in_latest_first(int count)
    {
        var segment = MemorySegment.Of(Enumerable.Range(0, count).Select(Document));

        Assert.Equal(Expected(Enumerable.Range(0, count)), Rows(segment, Question("call")));
        Assert.Equal(Expected(Enumerable.Range(0, count).Where(number => number % 3 == 0)), Rows(segment, Question("bthree")));
        Assert.Equal(Expected(Enumerable.Range(0, count).Where(number => number % 200 == 0)), Rows(segment, Question("crare")));
        Assert.Equal(Expected([count - 1]), Rows(segment, Question($"d{count - 1:D6}")));
        Assert.Empty(Rows(segment, Question("d")));
        Assert.Empty(Rows(segment, Question("zzz")));
        Assert.Equal(Expected(Enumerable.Range(0, count)), Rows(segment, Beginning("d")));
        Assert.Equal(Expected(Enumerable.Range(0, count).Where(number => number is >= 10 and < 20)), Rows(segment, Beginning("d00001")));
    }

    [Fact]
    public void Merged_segments_say_what_the_newest_says_and_leave_out_what_is_gone()
    {
        var older = MemorySegment.Of(Enumerable.Range(0, 2_500).Select(Document));
        var newer = MemorySegment.Of(Enumerable.Range(2_000, 1_000).Select(number => (Document(number).Item1, new[] { "changed", "call" })));
        var merged = new MemorySegment();

        merged.DocumentCount = SegmentMerge.Write([newer, older], row => row % 10 == 0, merged, default);

        Assert.Equal(2_700, merged.DocumentCount);
        Assert.Equal(Expected(Enumerable.Range(0, 3_000).Where(number => number % 10 != 0)), Rows(merged, Question("call")));
        Assert.Equal(Expected(Enumerable.Range(2_000, 1_000).Where(number => number % 10 != 0)), Rows(merged, Question("changed")));
        Assert.Equal(Expected(Enumerable.Range(0, 2_000).Where(number => number % 3 == 0 && number % 10 != 0)), Rows(merged, Question("bthree")));
        Assert.Empty(Rows(merged, Question("d002001")));
        Assert.Empty(Rows(merged, Question("d000010")));
    }

    [Fact]
    public void A_page_begins_where_the_one_before_ended()
    {
        var segment = MemorySegment.Of(Enumerable.Range(0, 5_000).Select(number => (new SegmentDocument(number, number / 1_500, 0), new[] { "call" })));
        var reader = new SegmentReader(segment, Question("call"), latest: 1);

        Assert.True(reader.MoveNext());
        var found = 1;

        while (reader.MoveNext())
        {
            Assert.True(reader.Current.At <= 1);
            found++;
        }

        Assert.Equal(3_000, found);
    }

    [Fact]
    public void What_has_too_many_words_is_a_candidate_for_everything()
    {
        var builder = new SegmentBuilder();
        builder.Begin([new(1, 10, 0), new(1, 5, 4)]);

        for (var number = 0; number <= SegmentBuilder.MaxTokens; number++)
        {
            builder.Add($"c{number}");
        }

        builder.Begin([new(2, 20, 0)]);
        builder.Add("aann");
        builder.Add("aann");
        builder.Begin([new(3, 30, 0)]);

        for (var number = 0; number < SegmentBuilder.MaxTokens; number++)
        {
            builder.Add($"c{number}");
        }

        var segment = MemorySegment.Of(builder);

        Assert.Equal([2, 1, 1], Rows(segment, Question("aann")));
        Assert.Equal([1, 1], Rows(segment, Question("abob")));
        Assert.Equal([3, 1, 1], Rows(segment, Question("c7")));
    }

    [Fact]
    public void A_beginning_of_very_many_words_is_asked_thoroughly_when_candidates_are_in_vain()
    {
        var segment = MemorySegment.Of(Enumerable.Range(0, 10_000).Select(number =>
            (new SegmentDocument(number, number, 0), new[] { number < 5_000 ? $"a{number:D5}" : $"b{number:D5}" })));
        var reader = new SegmentReader(segment, Beginning("a"), long.MaxValue);
        var (asked, found) = (0, 0);

        while (reader.MoveNext())
        {
            asked++;
            var matches = reader.Current.Row < 5_000;
            found += matches ? 1 : 0;
            reader.Tell(matches);
        }

        Assert.Equal(5_000, found);
        Assert.InRange(asked, 5_001, 7_100);
    }

    [Theory]
    [InlineData("ccommon cother", 2)]
    [InlineData("ccommon crare", 1_000)]
    [InlineData("ccommon cthird crare", 3_000)]
    [InlineData("cthird", 3)]
    [InlineData("cthi*", 3)]
    public void Common_words_find_the_same_however_far_the_index_is_read(string search, int each)
    {
        const int count = 200_003;
        var segment = MemorySegment.Of(Enumerable.Range(0, count).Select(number =>
            (new SegmentDocument(number, number, 0), Common.Where(word => number % word.Each == 0).Select(word => word.Token).ToArray())));
        var conditions = search.Split(' ').Select(word => new IReadOnlyList<SearchToken>[] { [new(word.TrimEnd('*'), word.EndsWith('*'))] });

        var found = Rows(segment, new SegmentQuestion(conditions));

        Assert.Subset(found.ToHashSet(), Expected(Enumerable.Range(0, count).Where(number => number % each == 0)).ToHashSet());
        Assert.Equal(found.Distinct().OrderDescending(), found);
        Assert.Equal(found.Count(number => number % each == 0), found.Count);
    }

    private static readonly (string Token, int Each)[] Common = [("ccommon", 1), ("cother", 2), ("cthird", 3), ("cthirdly", 9), ("crare", 1_000)];

    [Fact]
    public void A_builder_that_was_used_before_makes_what_a_new_one_makes()
    {
        var builder = new SegmentBuilder();
        var random = new Random(7);

        for (var round = 0; round < 3; round++)
        {
            var (fresh, sets) = (new SegmentBuilder(), new List<TokenSet>());

            for (var row = 0; row < 3_000; row++)
            {
                var set = new TokenSet();
                var texts = Enumerable.Range(0, 4).Select(_ => $"Caf\u00e9 {random.Next(40)} order-{random.Next(4_000)} \U00020000{random.Next(3)}").ToList();
                builder.Begin([new(row, row, 0)]);
                fresh.Begin([new(row, row, 0)]);
                Array.ForEach([builder, fresh, set], (ITokenTaker taker) => Tell(taker, texts));
                sets.Add(set);
            }

            var (used, made) = (MemorySegment.Of(builder), MemorySegment.Of(fresh));
            var check = new SegmentCheck();
            check.Add(used, default);
            builder.Clear();

            Assert.Equal(Blocks(made), Blocks(used));
            Assert.All(sets, (set, row) => Assert.True(check.Has(new(row, row, 0), set.Tokens)));
        }

        static void Tell(ITokenTaker taker, List<string> texts)
        {
            taker.Add('t', "4");
            texts.ForEach(text => taker.AddWords(SearchField.Reply, text));
        }

        static IEnumerable<string> Blocks(MemorySegment segment) => segment.TermsFrom([]).Select(block => Convert.ToHexString(block.Span));
    }

    /// <summary>Cut in the middle of a character that takes two, both are one term: whichever is asked for is found.</summary>
    [Fact]
    public void Words_that_are_cut_inside_a_character_are_found()
    {
        var start = "c" + new string('a', SearchToken.MaxLength - 1);
        var segment = MemorySegment.Of([(new(1, 1, 0), [start + "\uD840"]), (new(2, 2, 0), [start + "\uD841"])]);

        Assert.Equal([2, 1], Rows(segment, Question(start + "\uD840")));
        Assert.Equal([2, 1], Rows(segment, Question(start + "\uD841")));
    }

    /// <summary>Terms whose first bytes are the same stand in their order too.</summary>
    [Fact]
    public void Terms_stand_in_the_order_of_their_bytes()
    {
        var words = Enumerable.Range(0, 2_000)
            .Select(number => "c" + new string('a', number % 23) + (number % 2 == 0 ? "" : number.ToString("D6", CultureInfo.InvariantCulture)))
            .Append("c\u00e9").Append("c\uFB01").Distinct().ToArray();
        var segment = MemorySegment.Of([(new(1, 1, 0), words)]);
        var terms = new List<byte[]>();

        foreach (var bytes in segment.TermsFrom([]))
        {
            var block = new TermBlockReader(1, bytes);

            while (block.Read())
            {
                terms.Add(block.Term.ToArray());
            }
        }

        Assert.Equal(words.Select(Encoding.UTF8.GetBytes).OrderBy(Convert.ToHexString, StringComparer.Ordinal), terms);
    }

    /// <summary>Also of terms that stand behind those of one, of hundreds and of tens of thousands of documents, in their block or another.</summary>
    [Fact]
    public void Every_term_has_its_documents_whatever_stands_before_it()
    {
        const int count = 40_000;
        var random = new Random(11);
        var terms = Enumerable.Range(0, 300)
            .Select(number => (Token: $"c{random.Next(1_000_000)}x{number}", Each: (int)Math.Pow(count, random.NextDouble()) + 1, From: random.Next(count)))
            .ToArray();
        var segment = MemorySegment.Of(Enumerable.Range(0, count).Select(number =>
            (new SegmentDocument(number, number, 0), terms.Where(term => (number + term.From) % term.Each == 0).Select(term => term.Token).ToArray())));

        Assert.All(terms, term => Assert.Equal(
            Enumerable.Range(0, count).Where(number => (number + term.From) % term.Each == 0).OrderDescending().Select(number => (long)number),
            Rows(segment, Question(term.Token)).Where(row => (row + term.From) % term.Each == 0)));
    }

    [Fact]
    public void Numbers_of_any_size_come_back()
    {
        SegmentDocument[] documents = [new(long.MaxValue, 5, 6), new(long.MinValue, -5, 0), new(0, long.MinValue / 4, 7)];
        var segment = MemorySegment.Of(documents.Select(document => (document, new[] { "call" })));
        var reader = new SegmentReader(segment, Question("call"), long.MaxValue);

        Assert.All(documents, document =>
        {
            Assert.True(reader.MoveNext());
            Assert.Equal(document, reader.Current);
        });
    }

    [Fact]
    public void A_check_knows_what_is_not_as_it_was_written()
    {
        var check = new SegmentCheck();
        check.Add(MemorySegment.Of(Enumerable.Range(0, 100).Select(Document)), default);
        var (document, tokens) = Document(7);

        Assert.True(check.Has(document, tokens));
        Assert.False(check.Has(document with { At = 1 }, tokens));
        Assert.False(check.Has(document, [.. tokens, "more"]));
        Assert.False(check.Has(document, tokens[1..]));
    }

    private static (SegmentDocument, string[]) Document(int number) => (
        new(number, 1_000_000 + (number * 7), 0),
        [
            "call", string.Create(CultureInfo.InvariantCulture, $"d{number:D6}"),
            .. number % 3 == 0 ? ["bthree"] : Array.Empty<string>(), .. number % 200 == 0 ? ["crare"] : Array.Empty<string>(),
        ]);

    private static IEnumerable<long> Expected(IEnumerable<int> numbers) => numbers.OrderDescending().Select(number => (long)number);

    private static SegmentQuestion Question(string token) => new([[[new SearchToken(token, false)]]]);

    private static SegmentQuestion Beginning(string token) => new([[[new SearchToken(token, true)]]]);

    private static List<long> Rows(MemorySegment segment, SegmentQuestion question)
    {
        var rows = new List<long>();
        var reader = new SegmentReader(segment, question, long.MaxValue);

        while (reader.MoveNext())
        {
            rows.Add(reader.Current.Row);
        }

        return rows;
    }
}

/// <summary>A segment in memory.</summary>
internal sealed class MemorySegment : ISegmentInput, ISegmentOutput
{
    private readonly List<(long FirstAt, byte[] Bytes)> _documents = [];
    private readonly List<(byte[] First, byte[] Bytes)> _terms = [];

    public int DocumentCount { get; set; }

    public static MemorySegment Of(IEnumerable<(SegmentDocument, string[])> documents)
    {
        var builder = new SegmentBuilder();

        foreach (var (document, tokens) in documents)
        {
            builder.Begin([document]);
            Array.ForEach(tokens, token => builder.Add(token));
        }

        return Of(builder);
    }

    public static MemorySegment Of(SegmentBuilder builder)
    {
        var segment = new MemorySegment { DocumentCount = builder.Count };
        builder.Write(segment);

        return segment;
    }

    public void AddDocuments(int chunk, long firstAt, ReadOnlySpan<byte> bytes) => _documents.Add((firstAt, bytes.ToArray()));

    public void AddTerms(ReadOnlySpan<byte> first, ReadOnlySpan<byte> bytes) => _terms.Add((first.ToArray(), bytes.ToArray()));

    public int ChunkOf(long at) => Math.Max(0, _documents.FindLastIndex(chunk => chunk.FirstAt > at));

    public byte[] Documents(int chunk) => _documents[chunk].Bytes;

    public IEnumerable<ReadOnlyMemory<byte>> TermsFrom(byte[] term) =>
        _terms.Skip(Math.Max(0, _terms.FindLastIndex(block => block.First.AsSpan().SequenceCompareTo(term) <= 0)))
            .Select(block => new ReadOnlyMemory<byte>(block.Bytes));
}
