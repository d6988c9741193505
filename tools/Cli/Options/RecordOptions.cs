using System.CommandLine;

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
    public TRecord Of(ParseResult parsed, TRecord standard) =>
        _settings.Aggregate(standard, (record, s) => s.Set(parsed, record));
}
