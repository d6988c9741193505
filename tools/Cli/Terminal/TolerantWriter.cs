using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// An output that may fail: a full disk, a terminal that is gone. What is only said is given up then, and the work goes on.
/// </summary>
/// <param name="output">where to write</param>
/// <param name="failed">called once, with the reason</param>
internal sealed class TolerantWriter(TextWriter output, Action<string> failed) : TextWriter
{
    private bool _hasFailed;

    public override Encoding Encoding => output.Encoding;

    /// <summary>Whether something could not be written.</summary>
    public bool HasFailed => _hasFailed;

    public override void Write(char value) => Try(() => output.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => output.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => output.Write(value));

    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    public override void Flush() => Try(output.Flush);

    private void Try(Action write)
    {
        if (_hasFailed)
        {
            return;
        }

        try
        {
            Disk.Writing(write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _hasFailed = true;
            failed(e.Message);
        }
    }
}
