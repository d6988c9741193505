using System.CommandLine;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options that fill a record, each declared beside the property that it sets. Only those that are typed, or set by the environment, set
/// anything.
/// </summary>
/// <typeparam name="TRecord">the record</typeparam>
internal sealed class RecordOptions<TRecord>
{
    private readonly List<(Option Option, Func<ParseResult, TRecord, TRecord> Set)> _settings = [];

    public IEnumerable<Option> Options => _settings.Select(s => s.Option);

    /// <summary>Binds an option to a property.</summary>
    /// <param name="option">the option</param>
    /// <param name="set">the record with the option's value</param>
    /// <returns>the option</returns>
    public Option<TValue> Add<TValue>(Option<TValue> option, Func<TRecord, TValue?, TRecord> set)
    {
        _settings.Add((option, (parsed, record) => parsed.IsSet(option) ? set(record, parsed.GetValue(option)) : record));
        return option;
    }

    /// <summary>A record with the values of the options that are set in place of its own.</summary>
    public TRecord Of(ParseResult parsed, TRecord standard) => Without([], parsed, standard);

    /// <summary>
    /// Works with such a record. Variables of the environment are for all uses of the verb: one that the work refuses because nothing uses
    /// it counts as not set.
    /// </summary>
    /// <param name="parsed">the command</param>
    /// <param name="standard">the record where no option is set</param>
    /// <param name="work">called anew for each variable that it refuses</param>
    /// <exception cref="OptionsException">the work refuses what is typed, or a value</exception>
    public T Use<T>(ParseResult parsed, TRecord standard, Func<TRecord, T> work)
    {
        var (variables, unused) = (EnvironmentDefaults.NamesOf(parsed), new List<string>());
        while (true)
        {
            try
            {
                return work(Without(unused, parsed, standard));
            }
            catch (OptionsException refused) when (refused.Unused.FirstOrDefault(variables.Contains) is { } name)
            {
                variables.Remove(name);
                unused.Add(name);
            }
        }
    }

    private TRecord Without(IReadOnlyList<string> unused, ParseResult parsed, TRecord standard) =>
        _settings.Where(s => !unused.Contains(s.Option.Name)).Aggregate(standard, (record, s) => s.Set(parsed, record));
}
