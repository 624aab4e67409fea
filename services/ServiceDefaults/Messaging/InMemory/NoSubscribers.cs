namespace MailStats.ServiceDefaults;

/// <summary>Nobody outside can listen to the memory of a process.</summary>
internal sealed class NoSubscribers : IPublicEvents
{
    public bool AreHeard => false;

    public Task PublishAsync(Func<PublicEvent> make, CancellationToken cancellationToken) => Task.CompletedTask;
}
