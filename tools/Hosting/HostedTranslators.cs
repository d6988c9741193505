using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Translation;
using IlgpuGan.Serve;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IlgpuGan.Hosting;

/// <summary>
/// The models of an application on one device. They are opened when the host starts, which fails with the reason if one can't be opened.
/// Without a host they are opened at first use; where one can't be opened, the next use tries again.
/// </summary>
internal sealed class HostedTranslators : IHostedService, IDisposable
{
    /// <summary>Streams that may be read for each slot: who sends slowly keeps no slot.</summary>
    private const int UploadsPerSlot = 4;

    private readonly TranslatorOptions _options;
    private readonly ILogger _log;
    private OpenModels? _opened;
    private object? _opening;

    /// <summary>Never disposed: translations that end later give their slots back.</summary>
    private readonly SemaphoreSlim _slots;

    /// <summary>For streams that are read, or were read and wait for a slot, which bounds their memory. Never disposed either.</summary>
    private readonly SemaphoreSlim _uploads;

    /// <summary>Cancelled at the end, which ends the waits for slots and streams. Never disposed: later requests ask it.</summary>
    private readonly CancellationTokenSource _ends = new();
    private readonly Meter? _ownMeter;
    private readonly Histogram<double> _duration;
    private int _active;
    private bool _isDisposed;

    public HostedTranslators(TranslatorOptions options, ILogger log, IMeterFactory? meters)
    {
        (_options, _log) = (options, log);
        _slots = new SemaphoreSlim(options.MaxConcurrency);
        _uploads = new SemaphoreSlim((int)Math.Min((long)options.MaxConcurrency * UploadsPerSlot, int.MaxValue));
        var meter = meters?.Create(MeterName) ?? (_ownMeter = new Meter(MeterName));
        _duration = meter.CreateHistogram<double>(
            "ilgpugan.translation.duration", "s", "Duration of translations, waiting included; failed ones have error.type.");
        meter.CreateObservableUpDownCounter(
            "ilgpugan.translation.active", () => Volatile.Read(ref _active), "{picture}", "Pictures waiting or being translated.");
    }

    public const string MeterName = "IlgpuGan.Hosting";

    /// <summary>The number of pictures that are waiting or being translated, and its limit.</summary>
    public (int Active, long Most) Load => (Volatile.Read(ref _active), (long)_options.MaxConcurrency + _options.MaxQueueLength);

    public bool IsOpen => Volatile.Read(ref _opened) is not null;

    /// <summary>The driver's words for a fault after which the device computes nothing more; null while there was none.</summary>
    public string? Fault => Volatile.Read(ref _opened)?.Device.Fault;

    public TranslatorOptions Options => _options;

    /// <summary>The translator of a model, for what is not a translation.</summary>
    public Translator Opened(string name) => EnsureOpen().All[name];

    /// <summary>The model that is meant where none is named: the one that was added first.</summary>
    public ITranslator First => this[_options.Models.First().Key];

    public ITranslator this[string name] => new NamedTranslator(this, name);

    public async Task StartAsync(CancellationToken cancellationToken) => await Task.Run(() => EnsureOpen(), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return; // The container holds this object as two services and disposes it twice.
        }

        _ends.Cancel();
        Volatile.Read(ref _opened)?.Device.Dispose();
        _ownMeter?.Dispose();
    }

    /// <summary>Unlike a <see cref="Lazy{T}"/> it remembers no failure.</summary>
    private OpenModels EnsureOpen() => LazyInitializer.EnsureInitialized(ref _opened, ref _opening, Open);

    private OpenModels Open()
    {
        var device = Device.Open(_options.Device, _options.Threads);
        device.WorkQueue.FreesMemoryAfter = PictureServer.Quiet;
        try
        {
            var all = new Dictionary<string, Translator>(StringComparer.Ordinal);
            foreach (var (name, (path, settings)) in _options.Models)
            {
                var clock = Stopwatch.StartNew();
                var own = settings ?? new TranslationSettings();
                all[name] = Translator.Open(path, device, own with { MaxPixels = own.MaxPixels ?? _options.MaxPixels });
                _log.LogInformation(
                    "Opened the model {Model} ({Path}) on {Device} in {Seconds:F2} s", name, path, device.Description,
                    clock.Elapsed.TotalSeconds);
            }

            device.WorkQueue.WhenQuiet = () =>
            {
                foreach (var translator in all.Values)
                {
                    translator.ReleaseMemory();
                }
            };
            return new OpenModels(device, all);
        }
        catch (Exception problem)
        {
            _log.LogError(problem, "A model could not be opened");
            device.Dispose();
            throw;
        }
    }

    /// <summary>Reads the stream, waits for a slot, whose number bounds the memory, and translates.</summary>
    /// <param name="name">name of the model</param>
    /// <param name="stream">an image file, or a form with one; null if there is nothing to read</param>
    /// <param name="translate">translates by the model what was read</param>
    /// <param name="cancellationToken">removes the request from the queue</param>
    /// <param name="heard">hears what there is to say of the picture</param>
    private async Task<T> Run<T>(
        string name, Stream? stream, Func<Translator, ReadOnlyMemory<byte>, Task<T>> translate, CancellationToken cancellationToken,
        Action<string>? heard = null)
    {
        var clock = Stopwatch.StartNew();
        string? error = null;
        var active = Interlocked.Increment(ref _active);
        using var listens = PictureRemarks.Listen((_, remark) =>
        {
            _log.LogInformation("A picture for {Model}: {Remark}", name, remark);
            heard?.Invoke(remark);
        });
        try
        {
            if (active > Load.Most)
            {
                throw new TranslatorBusyException(_options.MaxQueueLength);
            }

            var file = await ReadAndTakeSlot(stream, cancellationToken);
            try
            {
                return await translate(Opened(name), file);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception problem)
        {
            error = problem.GetType().FullName;
            if (problem is PictureException or TranslatorBusyException or IOException)
            {
                // An IOException is the sender's who hung up. A model that can't be read has been logged where it was opened.
                _log.LogInformation("A picture for {Model} was not translated: {Reason}", name, problem.Message);
            }
            else if (problem is not OperationCanceledException)
            {
                _log.LogError(problem, "A translation by {Model} failed", name);
            }

            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _active);
            var tags = new TagList { { "model", name } };
            if (error is not null)
            {
                tags.Add("error.type", error);
            }

            _duration.Record(clock.Elapsed.TotalSeconds, tags);
        }
    }

    /// <summary>Waits for what only others bring about, until this object is disposed.</summary>
    /// <exception cref="ObjectDisposedException">it is</exception>
    private async Task UnlessDisposed(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ends.Token);
        try
        {
            await wait(ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(ITranslator), "the application has ended: it translates no more pictures");
        }
    }

    /// <summary>Reads a stream, if there is one, and only then waits for a slot, which the caller gives back.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAndTakeSlot(Stream? stream, CancellationToken cancellationToken)
    {
        if (stream is null)
        {
            await UnlessDisposed(_slots.WaitAsync, cancellationToken);
            return default;
        }

        await UnlessDisposed(_uploads.WaitAsync, cancellationToken);
        try
        {
            var file = await ReadToEnd(stream, cancellationToken);
            await UnlessDisposed(_slots.WaitAsync, cancellationToken);
            return file;
        }
        finally
        {
            _uploads.Release();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadToEnd(Stream file, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await UnlessDisposed(token => Copy(file, bytes, token), cancellationToken);
        var picture = await FormBody.PictureIn(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        RequireDecodable(picture.Span);
        return picture;
    }

    private async Task Copy(Stream file, MemoryStream bytes, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = Stopwatch.StartNew();
        var part = new byte[1 << 16];
        try
        {
            int count;
            do
            {
                var left = LongestReceiving(bytes.Length) - clock.Elapsed;
                time.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                count = await file.ReadAsync(part, time.Token).AsTask().WaitAsync(time.Token); // Not every stream heeds the token.
                if (bytes.Length + count > _options.MaxBytes)
                {
                    var problem = $"the picture has more than {RequestBody.SizeOf(_options.MaxBytes)}";
                    throw new PictureException(problem, Refusal.TooLarge(problem));
                }

                bytes.Write(part, 0, count);
            }
            while (count > 0);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var late = Refusal.Late(LongestReceiving(bytes.Length));
            throw new PictureException(late.Message, late);
        }
    }

    /// <summary>Time in which so many bytes must have arrived: a large picture on a slow line has more.</summary>
    private TimeSpan LongestReceiving(long bytes) =>
        _options.Patience + TimeSpan.FromSeconds((double)bytes / PictureServer.SlowestLine);

    /// <exception cref="PictureException">
    /// the picture has more pixels than are decoded, even to be reduced, or has lost bytes on its way here
    /// </exception>
    private static void RequireDecodable(ReadOnlySpan<byte> picture)
    {
        try
        {
            _ = PictureError.Identify(picture);
        }
        catch (Refusal problem)
        {
            throw new PictureException(problem.Message, problem);
        }
        catch (ImageFormatException)
        {
            // Reading it says what is wrong.
        }
    }

    private sealed record OpenModels(Device Device, IReadOnlyDictionary<string, Translator> All);

    private sealed class NamedTranslator(HostedTranslators all, string name) : ITranslator
    {
        public string Name => name;

        public Task<byte[]> TranslateAsync(ReadOnlyMemory<byte> file, ImageFormat format, CancellationToken cancellationToken) =>
            all.Run(
                name, stream: null,
                async (translator, _) =>
                    await translator.TranslateAsync(await FormBody.PictureIn(file), format, cancellationToken: cancellationToken),
                cancellationToken);

        public async Task<byte[]> TranslateAsync(Stream file, ImageFormat format, CancellationToken cancellationToken) =>
            (await TranslateFileAsync(file, format, cancellationToken)).File;

        public async Task<TranslationResult> TranslateFileAsync(Stream file, ImageFormat format, CancellationToken cancellationToken)
        {
            var remarks = new ConcurrentQueue<string>();
            var (made, half, reducedTo) = await all.Run(
                name, file ?? throw new ArgumentNullException(nameof(file)),
                (translator, picture) => translator.TranslateFileAsync(picture, format, cancellationToken: cancellationToken),
                cancellationToken, remarks.Enqueue);
            return new TranslationResult
            {
                File = made, Half = half, ReducedTo = reducedTo, Remarks = [.. remarks.Distinct().Select(OptionNames.In)],
            };
        }

        public Task<Picture> TranslateAsync(Picture picture, CancellationToken cancellationToken) => all.Run(
            name, stream: null, (translator, _) => translator.TranslateAsync(picture, cancellationToken: cancellationToken),
            cancellationToken);
    }
}
