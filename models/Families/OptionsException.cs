namespace IlgpuGan.Models.Families;

/// <summary>Options that make no sense, alone or together; the message names them as the command line does.</summary>
public sealed class OptionsException(string message) : ArgumentException(message);
