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
    /// Adds models: each as an <see cref="ITranslator"/> with its name as the key; the first also without a key. They are opened when
    /// the host starts, and report to the log and to the meter <c>IlgpuGan.Hosting</c>.
    /// </summary>
    /// <param name="services">the application's services</param>
    /// <param name="configure">adds the models, and sets the limits</param>
    /// <exception cref="ArgumentException">an option is invalid, or models were added before</exception>
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
        }

        // Also with several: for a type that is no service, an endpoint's parameter would be read from the body as JSON.
        return services.AddSingleton(provider => provider.GetRequiredService<HostedTranslators>().First);
    }

    /// <summary>
    /// Adds a health check of the models: unhealthy until they are open and once the device has failed for good, degraded while requests
    /// are refused.
    /// </summary>
    /// <param name="builder">the application's health checks</param>
    /// <param name="name">name of the health check</param>
    public static IHealthChecksBuilder AddIlgpuGan(this IHealthChecksBuilder builder, string name = "ilgpugan") =>
        builder.Add(new HealthCheckRegistration(
            name, provider => new TranslatorHealth(provider.GetRequiredService<HostedTranslators>()), null, null));

    private sealed class TranslatorHealth(HostedTranslators translators) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            var (active, most) = translators.Load;
            var data = new Dictionary<string, object> { ["active"] = active };
            return Task.FromResult(
                !translators.IsOpen ? new HealthCheckResult(context.Registration.FailureStatus, "the models are not open yet", data: data)
                : translators.Fault is { } fault
                    ? new HealthCheckResult(
                        context.Registration.FailureStatus, $"the device has failed ({fault}): start the application again", data: data)
                : active >= most ? HealthCheckResult.Degraded($"{active} pictures wait or are translated; others are refused", data: data)
                : HealthCheckResult.Healthy($"{active} pictures wait or are translated", data));
        }
    }
}
