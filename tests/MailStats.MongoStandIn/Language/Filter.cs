using System.Text.RegularExpressions;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>Which rows are meant.</summary>
internal sealed class Filter
{
    private readonly List<Condition> _conditions = [];
    private readonly List<List<Filter>> _alternatives = [];

    public Filter(BsonDocument filter)
    {
        foreach (var (name, value) in filter.Elements.Select(element => (element.Name, element.Value)))
        {
            if (name == "$or")
            {
                _alternatives.Add([.. value.AsBsonArray.Select(one => new Filter(one.AsBsonDocument))]);
            }
            else if (name == "$and")
            {
                _alternatives.AddRange(value.AsBsonArray.Select(one => new List<Filter> { new(one.AsBsonDocument) }));
            }
            else if (value is BsonDocument { ElementCount: > 0 } operators && operators.GetElement(0).Name.StartsWith('$'))
            {
                _conditions.AddRange(operators.Elements.Select(one => new Condition(Names.Plain(name), one.Name, one.Value)));
            }
            else
            {
                _conditions.Add(new(Names.Plain(name), Condition.Equal, value));
            }
        }
    }

    /// <summary>What a row that is made because none was found holds from the beginning.</summary>
    public IEnumerable<BsonElement> Equalities =>
        _conditions.Where(condition => condition is { Operator: Condition.Equal, Pattern: null })
            .Select(condition => new BsonElement(condition.Field, condition.Operand));

    public bool Matches(BsonDocument row)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Matches(row))
            {
                return false;
            }
        }

        return _alternatives.TrueForAll(some => some.Exists(one => one.Matches(row)));
    }

    /// <summary>All values that a field can have, null when they cannot be told.</summary>
    public IReadOnlyCollection<BsonValue>? Points(string field) =>
        _conditions.Find(condition => condition.Field == field && condition.Points is not null)?.Points;

    /// <summary>What a field is compared with: <c>$gt</c> and <c>$gte</c>, or <c>$lt</c> and <c>$lte</c>.</summary>
    public Condition? Bound(string field, bool lower) => _conditions.Find(condition => condition.Field == field && condition.IsBound(lower));

    /// <summary>True when every row that this matches is matched by the other too, as far as can be told at a glance.</summary>
    public bool Implies(Filter other) =>
        other._alternatives.Count == 0 && other._conditions.TrueForAll(wanted => _conditions.Exists(has => has.Implies(wanted)));
}

internal sealed class Condition
{
    public const string Equal = "$eq";

    private readonly HashSet<BsonValue>? _values;
    private readonly List<Regex> _patterns = [];

    public Condition(string field, string name, BsonValue operand)
    {
        (Field, Operator, Operand) = (field, name, operand);

        switch (name)
        {
            case Equal or "$ne":
                Pattern = Expression(operand);
                break;
            case "$in":
                _values = operand.AsBsonArray.Where(value => value is not BsonRegularExpression).ToHashSet(Order.Instance);
                _patterns.AddRange(operand.AsBsonArray.Select(Expression).OfType<Regex>());
                break;
            case not ("$gt" or "$gte" or "$lt" or "$lte" or "$exists"):
                throw CommandError.Unknown($"the operator {name}");
        }

        Points = name switch
        {
            Equal when Pattern is null => [operand],
            "$in" when _patterns.Count == 0 => _values,
            _ => null,
        };
    }

    public string Field { get; }

    public string Operator { get; }

    public BsonValue Operand { get; }

    public Regex? Pattern { get; }

    public IReadOnlyCollection<BsonValue>? Points { get; }

    public bool IsInclusive => Operator is "$gte" or "$lte";

    public bool IsBound(bool lower) => lower ? Operator is "$gt" or "$gte" : Operator is "$lt" or "$lte";

    public bool Matches(BsonDocument row)
    {
        var isThere = row.TryGetValue(Field, out var found);

        if (Operator == "$exists")
        {
            return isThere == Operand.ToBoolean();
        }

        var value = isThere ? found : BsonNull.Value;

        if (value is BsonArray)
        {
            throw CommandError.Unknown($"a filter for the list '{Field}'");
        }

        return Operator switch
        {
            Equal => Is(value),
            "$ne" => !Is(value),
            "$in" => _values!.Contains(value) || (value is BsonString text && _patterns.Exists(pattern => pattern.IsMatch(text.Value))),
            _ => Order.Rank(value) == Order.Rank(Operand) && Compares(Order.Instance.Compare(value, Operand)),
        };
    }

    public bool Implies(Condition other) =>
        Field == other.Field
        && ((Operator == other.Operator && Order.Instance.Equals(Operand, other.Operand))
            || (other.Operator == "$exists" && other.Operand.ToBoolean() && Operator is Equal or "$lt" or "$gt" && !Operand.IsBsonNull));

    private bool Is(BsonValue value) => Pattern is null ? Order.Instance.Equals(value, Operand) : value is BsonString text && Pattern.IsMatch(text.Value);

    private bool Compares(int order) => Operator switch
    {
        "$gt" => order > 0,
        "$gte" => order >= 0,
        "$lt" => order < 0,
        _ => order <= 0,
    };

    private static Regex? Expression(BsonValue value) =>
        value is not BsonRegularExpression expression ? null : expression.Options switch
        {
            "" => new(expression.Pattern, RegexOptions.CultureInvariant),
            "i" => new(expression.Pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase),
            _ => throw CommandError.Unknown($"the options {expression.Options} of an expression"),
        };
}
