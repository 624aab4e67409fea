using MailStats.ServiceDefaults;

return await ServiceHost.Create(args).RunAsync();
