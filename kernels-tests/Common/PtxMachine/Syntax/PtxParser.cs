namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>Reads a translation unit: directives, module variables, entries (ISA sections 5, 7 and 11).</summary>
internal sealed class PtxParser
{
    private readonly PtxTokens _tokens;
    private readonly PtxScope _globals = new(null);
    private readonly PtxModule _module;
    private long _globalBytes;

    private PtxParser(string text)
    {
        _tokens = new PtxTokens(text);
        var isa = ReadVersion();
        _tokens.Expect(".target");
        var target = _tokens.Name();
        if (!target.StartsWith("sm_", StringComparison.Ordinal) || !int.TryParse(target.AsSpan(3), out var sm) || sm is < 30 or > 90)
        {
            throw _tokens.Wrong($"ISA 7.8 knows no target '{target}'");
        }
        _module = new PtxModule { Isa = isa, Sm = sm };
        _tokens.Refuse(isa < FirstIsa(sm), $"target sm_{sm} needs ISA {FirstIsa(sm) / 10}.{FirstIsa(sm) % 10}");
        _tokens.Expect(".address_size");
        _tokens.Refuse(_tokens.Integer() != 64, "this machine has 64-bit addresses");
    }

    public static PtxModule Parse(string text)
    {
        var parser = new PtxParser(text);
        while (!parser._tokens.IsAtEnd)
        {
            parser.ReadDeclaration();
        }
        return parser._module;
    }

    // The release notes at the end of the manual.
    private static int FirstIsa(int sm) => sm switch
    {
        >= 89 => 78,
        87 => 74,
        86 => 71,
        >= 80 => 70,
        >= 75 => 63,
        >= 72 => 61,
        >= 70 => 60,
        _ => 50,
    };

    private int ReadVersion()
    {
        _tokens.Expect(".version");
        var major = _tokens.Integer();
        var minor = _tokens.Read().Text;
        _tokens.Refuse(minor is not ['.', >= '0' and <= '9'], $"'{major}{minor}' is no version");
        return (10 * major) + minor[1] - '0';
    }

    private void ReadDeclaration()
    {
        var isExternal = _tokens.Take(".extern");
        if (!isExternal && !_tokens.Take(".visible"))
        {
            _tokens.Take(".weak");
        }
        if (_tokens.Take(".entry"))
        {
            var entry = new PtxEntry(_tokens.Name(), _tokens.Line);
            _tokens.Refuse(_module.Entries.Exists(other => other.Name == entry.Name), $"two entries are called '{entry.Name}'");
            new PtxBodyParser(_tokens, entry, _globals).Read();
            _module.Entries.Add(entry);
        }
        else if (_tokens.Take(".func"))
        {
            SkipFunction();
        }
        else
        {
            ReadVariable(isExternal);
        }
    }

    // [(result)] name (parameters), and an optional body. This machine runs only entries; calls of functions are refused.
    private void SkipFunction()
    {
        while (_tokens.Next.Text is not (";" or "{") && !_tokens.IsAtEnd)
        {
            _tokens.Read();
        }

        for (var depth = 0; !_tokens.IsAtEnd;)
        {
            depth += _tokens.Read().Text switch { "{" => 1, "}" => -1, _ => 0 };
            if (depth == 0)
            {
                return;
            }
        }
    }

    private void ReadVariable(bool isExternal)
    {
        var space = _tokens.Read().Text switch
        {
            ".global" => PtxSpace.Global,
            ".const" => PtxSpace.Const,
            ".shared" => PtxSpace.Shared,
            var other => throw _tokens.Wrong($"'{other}' begins no declaration of a module"),
        };
        var (type, alignment) = PtxBodyParser.ReadAlignedType(_tokens);
        var name = _tokens.Name();
        var count = PtxBodyParser.ReadExtent(_tokens);
        var bytes = (count ?? 1) * (long)type.Size();
        if (space == PtxSpace.Shared)
        {
            _tokens.Refuse(!isExternal || count != 0, "shared variables of module scope are external arrays without an extent");
            _globals.Declare(_tokens, new PtxVariable(name, space, type, alignment, 0, 0, IsDynamic: true));
        }
        else
        {
            _globalBytes = (_globalBytes + alignment - 1) / alignment * alignment;
            var variable = new PtxVariable(name, space, type, alignment, bytes, _globalBytes);
            _globals.Declare(_tokens, variable);
            _globalBytes += bytes;
            _module.Globals.Add((variable, _tokens.Take("=") ? ReadInitial(type, bytes) : new byte[bytes]));
        }

        _tokens.Expect(";");
    }

    private byte[] ReadInitial(PtxType type, long bytes)
    {
        var result = new byte[bytes];
        _tokens.Expect("{");
        for (var at = 0; !_tokens.Take("}"); at += type.Size())
        {
            if (at > 0)
            {
                _tokens.Expect(",");
            }
            _tokens.Refuse(at >= bytes, "more initial values than elements");
            var value = _tokens.Number(_tokens.Take("-")) switch
            {
                IntegerOperand integer => unchecked((ulong)(UInt128)integer.Value),
                var number => ((FloatOperand)number).Bits,
            };
            BitConverter.GetBytes(value).AsSpan(0, type.Size()).CopyTo(result.AsSpan(at));
        }

        return result;
    }
}
