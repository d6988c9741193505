namespace IlgpuGan.Models.Families;

/// <summary>Invalid or contradictory options; the message names them by their properties, and on the command line as there.</summary>
public sealed class OptionsException(string message) : ArgumentException(OptionNames.In(message))
{
    /// <summary>The message with options as on the command line, for whoever names them otherwise still, as queries do.</summary>
    internal string Typed { get; } = message;
}
