using MailStats.Gateway;
using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).WithEdge().With<GatewayModule>().RunAsync();
