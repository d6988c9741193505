using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Faults;

/// <summary>What happens to a disk, or to the process that writes on it.</summary>
internal enum Fault
{
    None,

    /// <summary>Nothing more has room; a write breaks off in its middle.</summary>
    Full,

    /// <summary>Every operation takes a while.</summary>
    Slow,

    /// <summary>The process is gone; what it has written is there.</summary>
    Kill,

    /// <summary>The machine is gone: of what was not flushed, any part may be there, or zeros; renames may never have been.</summary>
    PowerCut,
}

/// <summary>The process is gone: nothing in it may catch this, or write afterwards.</summary>
internal sealed class KilledException : Exception;

/// <summary>A real folder on a disk to which something happens at a moment.</summary>
/// <param name="random">where a write breaks off, and what a power cut takes</param>
/// <param name="fault">what happens</param>
/// <param name="moment">the operation at which it begins, from 0</param>
internal sealed class FaultyDisk(Random random, Fault fault, int moment) : Disk
{
    private readonly Dictionary<string, long> _flushed = new(StringComparer.Ordinal);
    private readonly List<(string From, string To, byte[]? Old)> _renames = [];
    private int _operations;

    public int Operations => _operations;

    /// <summary>Whether something could not be done.</summary>
    public bool HasStruck { get; private set; }

    public override FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        Begin(path, needsRoom: !File.Exists(path));
        var file = new Written(this, path, mode, access, share);
        _flushed[path] = file.Length;
        return file;
    }

    internal override void MoveNow(string from, string to)
    {
        Begin(to);
        _renames.Add((from, to, File.Exists(to) ? File.ReadAllBytes(to) : null));
        Rename(from, to);
    }

    internal override void FlushFolder(string folder)
    {
        Begin(folder);
        _renames.RemoveAll(rename => Path.GetDirectoryName(rename.To) == folder);
    }

    internal override void DeleteNow(string path)
    {
        Begin(path);
        File.Delete(path);
    }

    /// <summary>After a power cut: takes what may be lost. Renames are lost from the last one on.</summary>
    public void LosePower()
    {
        if (fault != Fault.PowerCut || !HasStruck)
        {
            return;
        }

        foreach (var (from, to, old) in _renames.TakeLast(random.Next(_renames.Count + 1)).Reverse())
        {
            Rename(to, from);
            if (old is not null)
            {
                File.WriteAllBytes(to, old);
            }
        }

        foreach (var (path, flushed) in _flushed.Where(f => File.Exists(f.Key) && new FileInfo(f.Key).Length > f.Value))
        {
            using var file = new FileStream(path, FileMode.Open);
            var (whole, isZeroed) = (file.Length, random.Next(2) == 0);
            file.SetLength(random.NextInt64(flushed, whole));
            file.SetLength(isZeroed ? whole : file.Length);
        }
    }

    private void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        _flushed.Remove(from, out var flushed);
        _flushed[to] = flushed;
    }

    /// <returns>whether this is the write that breaks off</returns>
    private bool Begin(string path, bool needsRoom = false, bool isWrite = false)
    {
        var operation = Interlocked.Increment(ref _operations) - 1;
        if (fault == Fault.Slow)
        {
            Thread.Sleep(operation % 16 == moment % 16 ? 1 : 0);
        }

        return operation < moment || fault is Fault.None or Fault.Slow || (fault == Fault.Full && !needsRoom) ? false
            : isWrite && operation == moment ? true
            : throw Failure(path);
    }

    private Exception Failure(string path)
    {
        HasStruck = true;
        return fault == Fault.Full ? new IOException($"No space left on device : '{path}'") : new KilledException();
    }

    private sealed class Written(FaultyDisk disk, string path, FileMode mode, FileAccess access, FileShare share)
        : FileStream(path, mode, access, share, bufferSize: 0)
    {
        private readonly string _path = path;

        public override void Write(byte[] array, int offset, int count)
        {
            var breaksOff = disk.Begin(_path, needsRoom: true, isWrite: true);
            base.Write(array, offset, breaksOff ? disk.Some(count) : count);
            if (breaksOff)
            {
                throw disk.Failure(_path);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void WriteByte(byte value) => Write([value], 0, 1);

        public override void SetLength(long value)
        {
            disk.Begin(_path);
            base.SetLength(value);
        }

        public override void Flush(bool flushToDisk)
        {
            if (flushToDisk)
            {
                disk.Begin(_path);
                disk._flushed[_path] = Length;
            }
        }
    }

    private int Some(int length) => random.Next(length + 1);
}
