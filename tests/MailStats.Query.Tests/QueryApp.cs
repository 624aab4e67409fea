using System.Net.Http.Headers;
using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailStats.Query.Tests;

/// <summary>The Query service on a free port over stores in memory, at a time of the test's choice.</summary>
internal sealed class QueryApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly DirectoryInfo _folder;

    private QueryApp(WebApplication app, DirectoryInfo folder, MemoryStatistics statistics, MemoryLog log, FixedTime time)
    {
        _app = app;
        _folder = folder;
        Statistics = statistics;
        Log = log;
        Time = time;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ms_shop");
    }

    public MemoryStatistics Statistics { get; }

    public MemoryLog Log { get; }

    public FixedTime Time { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<QueryApp> StartAsync(string zone = "UTC")
    {
        var statistics = new MemoryStatistics();
        var log = new MemoryLog();
        var time = new FixedTime { Now = new DateTimeOffset(2026, 3, 31, 14, 37, 12, TimeSpan.Zero) };
        var folder = Directory.CreateTempSubdirectory("mailstats-query-");
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", $"--Storage:Path={folder.FullName}"])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite");
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.With<QueryModule>();
        host.Builder.Services.Replace(ServiceDescriptor.Singleton<IStatisticsStore>(statistics));
        host.Builder.Services.Replace(ServiceDescriptor.Singleton<IDeliveryLog>(log));
        host.Builder.Services.Replace(ServiceDescriptor.Singleton<ITenantStore>(new MemoryTenants(zone)));
        host.Builder.Services.Replace(ServiceDescriptor.Singleton<IApiKeyStore>(new MemoryKeys()));

        var app = host.Build();
        await app.StartAsync();

        return new QueryApp(app, folder, statistics, log, time);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();

        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {body}");

        return JsonDocument.Parse(body).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

internal sealed class FixedTime : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Quarter-hour buckets by domain and mailbox.</summary>
internal sealed class MemoryStatistics : IStatisticsStore
{
    public List<(string Tenant, string Domain, string Mailbox, Bucket Bucket)> Rows { get; } = [];

    /// <summary>The end of 30 March 2026, UTC.</summary>
    private static readonly DateTimeOffset Yesterday = new(2026, 3, 31, 0, 0, 0, TimeSpan.Zero);

    public List<ReasonCount> Reasons { get; } = [];

    /// <summary>What is told of ranges that end by <see cref="Yesterday"/>.</summary>
    public List<ReasonCount> ReasonsBefore { get; } = [];

    public void Add(string time, Counters counters, string mailbox = "news@shop.example", string tenant = "shop") =>
        Rows.Add(
            (
                tenant, mailbox[(mailbox.IndexOf('@', StringComparison.Ordinal) + 1)..], mailbox,
                new Bucket(DateTimeOffset.Parse(time, null).ToUniversalTime(), counters)));

    public Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Task.FromResult(Sum(In(scope, range).Select(row => row.Bucket.Counters)));

    public Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Bucket>>([.. In(scope, range)
            .GroupBy(row => row.Bucket.Start)
            .OrderBy(group => group.Key)
            .Select(group => new Bucket(group.Key, Sum(group.Select(row => row.Bucket.Counters))))]);

    public Task<IReadOnlyList<Counters>> IntervalsAsync(
        StatisticsScope scope, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Counters>>([.. edges.Zip(edges.Skip(1), (from, to) => Sum(In(scope, new(from, to)).Select(row => row.Bucket.Counters)))]);

    public Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken) =>
        Task.FromResult(Named(In(new StatisticsScope(tenantId), range), row => row.Domain));

    public Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken) =>
        Task.FromResult(Named(In(new StatisticsScope(tenantId, domain), range), row => row.Mailbox));

    public Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Task.FromResult(Named(In(scope, range), _ => "Gmail"));

    public Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ReasonCount>>([.. (range.To <= Yesterday ? ReasonsBefore : Reasons).Take(limit)]);

    private IEnumerable<(string Tenant, string Domain, string Mailbox, Bucket Bucket)> In(StatisticsScope scope, TimeRange range) => Rows.Where(row =>
        row.Tenant == scope.TenantId
        && (scope.Domain is null || row.Domain == scope.Domain)
        && (scope.Mailbox is null || row.Mailbox == scope.Mailbox)
        && row.Bucket.Start >= range.From
        && row.Bucket.Start < range.To);

    private static IReadOnlyList<NamedCounters> Named(
        IEnumerable<(string Tenant, string Domain, string Mailbox, Bucket Bucket)> rows,
        Func<(string Tenant, string Domain, string Mailbox, Bucket Bucket), string> by) =>
        [.. rows.GroupBy(by)
            .Select(group => new NamedCounters(group.Key, Sum(group.Select(row => row.Bucket.Counters))))
            .OrderByDescending(named => named.Counters.Recipients)];

    private static Counters Sum(IEnumerable<Counters> counters) => counters.Aggregate(default(Counters), (sum, next) => sum + next);
}

/// <summary>A log of as many rows as the test wants, made as they are read.</summary>
internal sealed class MemoryLog : IDeliveryLog
{
    public int Rows { get; set; }

    public Func<int, ErrorEvent> Row { get; set; } = _ => throw new InvalidOperationException("No rows set up.");

    public List<ActivityQuery> Asked { get; } = [];

    public Task<Page<Mail.Lists.Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken)
    {
        Asked.Add(query);

        return Task.FromResult(new Page<Mail.Lists.Activity>([], null));
    }

    public Task<Page<DeliverySummary>> DeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<DeliverySummary>([], null));

    public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken)
    {
        var start = query.Cursor is null ? 0 : int.Parse(query.Cursor, null);
        var end = Math.Min(start + query.Limit, Rows);

        return Task.FromResult(new Page<ErrorEvent>([.. Enumerable.Range(start, end - start).Select(Row)], end < Rows ? $"{end}" : null));
    }

    public Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken) =>
        Task.FromResult<ErrorEvent?>(null);
}

internal sealed class MemoryTenants(string zone) : ITenantStore
{
    public static readonly DateTimeOffset Validated = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public Task<Tenant?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<Tenant?>(new Tenant(tenantId, tenantId, zone, Validated));

    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Tenant>>([]);

    public Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SendingDomain>>(tenantId == "shop"
            ? [new SendingDomain("shop", "shop.example", Validated, Validated), new SendingDomain("shop", "silent.example", null, Validated)]
            : []);

    public Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken) => new((string?)null);
}

/// <summary>
/// <c>ms_NAME</c> is the key of the tenant NAME with the scope to read, <c>ms_NAME-ingest</c> with another,
/// <c>ms_NAME-statistics-a.example+b.example</c> limited to domains.
/// </summary>
internal sealed class MemoryKeys : IApiKeyStore
{
    public HashSet<string> Revoked { get; } = [];

    public ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!key.StartsWith(ApiKeySecrets.Prefix, StringComparison.Ordinal) || Revoked.Contains(key))
        {
            return new((ApiKey?)null);
        }

        var words = key[3..].Split('-');

        var domains = words.Length > 2 ? words[2].Split('+') : [];

        return new(new ApiKey(key, words[0], new("test", [words.ElementAtOrDefault(1) ?? Scopes.Read], domains, null), DateTimeOffset.UnixEpoch, null, null));
    }

    /// <summary>The id of a key is the key itself.</summary>
    public ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken) => FindAsync(keyId, cancellationToken);

    public Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
