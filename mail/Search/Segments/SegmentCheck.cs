using System.Runtime.InteropServices;
using System.Text;

namespace MailStats.Mail.Search.Segments;

/// <summary>Whether an index says of deliveries what they say themselves. Holds one number for each document of the index.</summary>
public sealed class SegmentCheck
{
    private readonly HashSet<ulong> _documents = [];

    /// <summary>Takes in what a segment says.</summary>
    public void Add(ISegmentInput segment, CancellationToken cancellationToken)
    {
        var sums = new ulong[segment.DocumentCount];
        var documents = new int[segment.DocumentCount];

        foreach (var bytes in segment.TermsFrom([]))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = new TermBlockReader(segment.DocumentCount, bytes);

            while (block.Read())
            {
                var hash = Hash(block.Term);
                var of = documents.AsSpan(0, block.Count);
                block.CopyTo(of);

                foreach (var document in of)
                {
                    sums[document] += hash;
                }
            }
        }

        for (var number = 0; number < sums.Length;)
        {
            foreach (var document in DocumentChunk.Read(segment.Documents(number / DocumentChunk.Length)))
            {
                _documents.Add(Sum(document, sums[number++]));
            }
        }
    }

    /// <summary>True when there is a document with exactly these tokens; null where there are too many to be told.</summary>
    public bool Has(SegmentDocument document, IReadOnlyCollection<string>? tokens)
    {
        var sum = tokens is null ? Hash(SegmentBuilder.TooMany) : 0;

        foreach (var token in tokens ?? [])
        {
            sum += Hash(Encoding.UTF8.GetBytes(token));
        }

        return _documents.Contains(Sum(document, sum));
    }

    private static ulong Sum(SegmentDocument document, ulong tokens)
    {
        Span<ulong> words = [(ulong)document.Row, (ulong)document.At, (ulong)document.Earlier, tokens];

        return Hash(MemoryMarshal.AsBytes(words));
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        // FNV-1a, and a last mixing: sums of its numbers are to differ.
        var hash = 14695981039346656037UL;

        foreach (var part in bytes)
        {
            hash = (hash ^ part) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCDUL;

        return hash ^ (hash >> 33);
    }
}
