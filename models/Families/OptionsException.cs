namespace IlgpuGan.Models.Families;

/// <summary>Invalid or contradictory options; the message names them as on the command line.</summary>
public sealed class OptionsException(string message) : ArgumentException(message);
