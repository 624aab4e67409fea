using MailStats.ServiceDefaults;

namespace MailStats.Classifier.Rules;

internal sealed class ActorAttribute() : ClosedSetAttribute("Actor", Rules.Reason.Actors);
