namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// A step does something that would not happen again when its kernel calls are repeated; the message says what, and what to do instead.
/// </summary>
public sealed class RecordingException(string message) : InvalidOperationException(message);
