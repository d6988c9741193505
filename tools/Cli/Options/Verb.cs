using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Options;

/// <summary>Makes the command of a verb whose options are those of a record.</summary>
internal static class Verb
{
    /// <summary>A verb that a signal ends at once.</summary>
    /// <param name="values">as of <see cref="RecordOptions{TRecord}"/></param>
    public static Command Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>(
        string name, string description, Func<TRecord, Screen, int> run, Dictionary<string, OptionValues>? values = null)
        where TRecord : new() =>
        Made<TRecord>(name, description, values, (verb, options) =>
            verb.SetAction(parsed => run(options.Of(parsed), Screen.Of(parsed))));

    /// <summary>A verb that ends in its own way at Ctrl-C.</summary>
    public static Command Stoppable<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>(
        string name, string description, Func<TRecord, Screen, CancellationToken, int> run, Dictionary<string, OptionValues>? values = null)
        where TRecord : new() =>
        Made<TRecord>(name, description, values, (verb, options) => verb.SetAction(
            (parsed, cancellation) => Task.FromResult(run(options.Of(parsed), Screen.Of(parsed), cancellation))));

    /// <summary>A verb whose work processes share; a signal ends it at once.</summary>
    public static Command Shared<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>(
        string name, string description, Func<TRecord, IRanks, Screen, int> run, Dictionary<string, OptionValues>? values = null)
        where TRecord : new() =>
        Made<TRecord>(name, description, values, (verb, options) => verb.SetAction(
            parsed => RankedWork.Run(parsed, (ranks, screen) => run(options.Of(parsed), ranks, screen))));

    private static Command Made<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>(
        string name, string description, Dictionary<string, OptionValues>? values, Action<Command, RecordOptions<TRecord>> act)
        where TRecord : new()
    {
        var (verb, options) = (new Command(name, description), new RecordOptions<TRecord>(values));
        options.AddTo(verb);
        act(verb, options);
        return verb;
    }
}
