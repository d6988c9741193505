namespace IlgpuGan.Models.Families;

/// <summary>Invalid or contradictory options; the message names them by their properties, and on the command line as there.</summary>
public sealed class OptionsException(string message) : ArgumentException(OptionNames.In(message));
