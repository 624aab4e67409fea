using System.Security.Claims;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Lists;

/// <summary>The parameters by which a list is narrowed.</summary>
internal interface IListFilter<TQuery>
    where TQuery : class
{
    /// <summary>What is asked for; null where something of it is wrong, which the problems then say.</summary>
    Task<TQuery?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, Selections selections, int limit, FieldProblems problems, CancellationToken cancellationToken);
}
