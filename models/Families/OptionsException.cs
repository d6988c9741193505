namespace IlgpuGan.Models.Families;

/// <summary>Invalid or contradictory options; the message names them by their properties, and on the command line as there.</summary>
public sealed class OptionsException(string message) : ArgumentException(OptionNames.In(message))
{
    /// <summary>The message with options as on the command line, for whoever names them otherwise still, as queries do.</summary>
    internal string Typed { get; } = message;

    /// <summary>Whether a name is unknown here, of an option, a family or a choice, which another program may know.</summary>
    internal bool IsUnknownName { get; init; }
}
