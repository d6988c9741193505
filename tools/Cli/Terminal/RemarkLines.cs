using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Prints the remarks on the pictures that a verb reads: each with the first file that it is about, as soon as that is read, and at the end
/// how many others there were. Warns where the device is not the one that it would be.
/// </summary>
internal sealed class RemarkLines : IDisposable
{
    private readonly Screen _screen;
    private readonly IDisposable _listening;
    private readonly Action<string>? _outer = DeviceSearch.Remarked;
    private readonly Dictionary<string, HashSet<string>> _files = new(StringComparer.Ordinal);

    public RemarkLines(Screen screen)
    {
        _screen = screen;
        _listening = PictureRemarks.Listen(Hear);
        DeviceSearch.Remarked = screen.Warn;
    }

    public void Dispose()
    {
        _listening.Dispose();
        DeviceSearch.Remarked = _outer;
        lock (_files)
        {
            foreach (var (remark, files) in _files.Where(f => f.Value.Count > 1))
            {
                _screen.Say($"{Counted.Of(files.Count - 1, "other")}: {remark}");
            }
        }
    }

    private void Hear(string file, string remark)
    {
        lock (_files)
        {
            if (_files.TryGetValue(remark, out var files))
            {
                files.Add(file);
                return;
            }

            _files[remark] = new HashSet<string>(StringComparer.Ordinal) { file };
            _screen.Announce($"{file}: {remark}");
        }
    }
}
