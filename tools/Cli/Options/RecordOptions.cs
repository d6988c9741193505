using System.CommandLine;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options that fill a record, each declared beside the property that it sets. Only those that are typed, or set by the environment, set
/// anything.
/// </summary>
/// <typeparam name="TRecord">the record</typeparam>
internal sealed class RecordOptions<TRecord>
{
    private readonly List<Func<ParseResult, TRecord, TRecord>> _settings = [];
    private readonly List<Option> _options = [];

    public IReadOnlyList<Option> Options => _options;

    /// <summary>Binds an option to a property.</summary>
    /// <param name="option">the option</param>
    /// <param name="set">the record with the option's value</param>
    /// <returns>the option</returns>
    public Option<TValue> Add<TValue>(Option<TValue> option, Func<TRecord, TValue?, TRecord> set)
    {
        _settings.Add((parsed, record) => parsed.IsSet(option) ? set(record, parsed.GetValue(option)) : record);
        _options.Add(option);
        return option;
    }

    /// <summary>A record with the values of the options that are set in place of its own.</summary>
    public TRecord Of(ParseResult parsed, TRecord standard) => _settings.Aggregate(standard, (record, set) => set(parsed, record));
}
