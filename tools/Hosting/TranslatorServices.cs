using System.Diagnostics.Metrics;
using IlgpuGan.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds trained generators to an application.</summary>
public static class TranslatorServices
{
    /// <summary>
    /// Adds models: each is an <see cref="ITranslator"/> with its name as the key, and a single one also without. They are opened when the
    /// host starts; log lines, and the meter <c>IlgpuGan.Hosting</c>, tell of their work.
    /// </summary>
    /// <param name="services">the application's</param>
    /// <param name="configure">adds the models, and sets bounds</param>
    /// <exception cref="ArgumentException">an option is impossible, or models were added before</exception>
    public static IServiceCollection AddIlgpuGan(this IServiceCollection services, Action<TranslatorOptions> configure)
    {
        if (services.Any(service => service.ServiceType == typeof(HostedTranslators)))
        {
            throw new ArgumentException("AddIlgpuGan was called before: add all models in one call, so that they share a device");
        }

        var options = new TranslatorOptions();
        configure(options);
        options.Check();
        services.AddSingleton(provider => new HostedTranslators(
            options, provider.GetService<ILoggerFactory>()?.CreateLogger(HostedTranslators.MeterName) ?? NullLogger.Instance,
            provider.GetService<IMeterFactory>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HostedTranslators>());
        foreach (var name in options.Models.Keys)
        {
            services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<HostedTranslators>()[name]);
            if (options.Models.Count == 1)
            {
                services.AddSingleton(provider => provider.GetRequiredService<HostedTranslators>()[name]);
            }
        }

        return services;
    }

    /// <summary>
    /// Adds a check of the models: unhealthy until they are open, degraded while requests are refused.
    /// </summary>
    /// <param name="builder">the application's checks</param>
    /// <param name="name">of the check</param>
    public static IHealthChecksBuilder AddIlgpuGan(this IHealthChecksBuilder builder, string name = "ilgpugan") =>
        builder.Add(new HealthCheckRegistration(
            name, provider => new TranslatorHealth(provider.GetRequiredService<HostedTranslators>()), null, null));

    private sealed class TranslatorHealth(HostedTranslators translators) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            var (present, most) = translators.Load;
            var data = new Dictionary<string, object> { ["active"] = present };
            return Task.FromResult(
                !translators.IsOpen ? new HealthCheckResult(context.Registration.FailureStatus, "the models are not open yet", data: data)
                : present >= most ? HealthCheckResult.Degraded($"{present} pictures wait or are translated; others are refused", data: data)
                : HealthCheckResult.Healthy($"{present} pictures wait or are translated", data));
        }
    }
}
