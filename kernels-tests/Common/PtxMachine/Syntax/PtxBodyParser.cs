namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>Reads an entry: parameters, performance directives, declarations, labels, instructions.</summary>
internal sealed class PtxBodyParser(PtxTokens tokens, PtxEntry entry, PtxScope globals)
{
    private readonly PtxScope _outermost = new(globals);
    private PtxScope _scope = globals;

    public static (PtxType Type, int Alignment) ReadAlignedType(PtxTokens tokens)
    {
        var alignment = tokens.Take(".align") ? tokens.Integer() : 0;
        var type = tokens.Type();
        tokens.Refuse(type == PtxType.Pred, "predicates live in registers only");
        tokens.Refuse(alignment != 0 && !int.IsPow2(alignment), $"alignment {alignment} is no power of two");
        return (type, Math.Max(alignment, type.Size()));
    }

    /// <summary>[n], or 0 for [], or null for a scalar.</summary>
    public static int? ReadExtent(PtxTokens tokens)
    {
        if (!tokens.Take("["))
        {
            return null;
        }
        if (tokens.Take("]"))
        {
            return 0;
        }
        var count = tokens.Integer();
        tokens.Expect("]");
        return count > 0 ? count : throw tokens.Wrong("an array has at least one element");
    }

    public void Read()
    {
        _scope = _outermost;
        if (tokens.Take("("))
        {
            ReadParameters();
        }
        ReadDirectives();
        tokens.Expect("{");
        while (!(_scope == _outermost && tokens.Next.Text == "}"))
        {
            ReadStatement();
        }
        tokens.Expect("}");
        foreach (var label in entry.Statements.SelectMany(s => s.Operands).OfType<NameOperand>().Select(o => o.Name))
        {
            if (!entry.Labels.ContainsKey(label) && !entry.Targets.ContainsKey(label))
            {
                throw new PtxRejectedException(entry.Line, $"'{label}' is declared nowhere in '{entry.Name}'");
            }
        }
    }

    private void ReadParameters()
    {
        if (tokens.Take(")"))
        {
            return;
        }
        do
        {
            tokens.Expect(".param");
            var (type, alignment) = ReadAlignedType(tokens);
            var name = tokens.Name();
            var bytes = (ReadExtent(tokens) ?? 1) * type.Size();
            var address = (entry.ParameterBytes + alignment - 1) / alignment * alignment;
            var variable = new PtxVariable(name, PtxSpace.Param, type, alignment, bytes, address);
            _outermost.Declare(tokens, variable);
            entry.Parameters.Add(variable);
            entry.ParameterBytes = address + bytes;
        }
        while (tokens.Take(","));
        tokens.Expect(")");
        tokens.Refuse(entry.ParameterBytes > 4352, $"{entry.ParameterBytes} bytes of parameters are more than 4352");
    }

    private void ReadDirectives()
    {
        while (tokens.IsDirective)
        {
            switch (tokens.Read().Text)
            {
                case ".maxntid" or ".reqntid":
                    var most = tokens.Integer();
                    while (tokens.Take(","))
                    {
                        most *= tokens.Integer();
                    }
                    entry.MaxThreads = most;
                    break;
                case ".minnctapersm" or ".maxnreg":
                    tokens.Integer();
                    break;
                default:
                    throw tokens.Wrong("a performance directive or '{' expected");
            }
        }
    }

    private void ReadStatement()
    {
        if (tokens.Take("{"))
        {
            _scope = new PtxScope(_scope);
        }
        else if (tokens.Take("}"))
        {
            _scope = _scope.Parent!;
        }
        else if (tokens.Take(".reg"))
        {
            ReadRegisters();
        }
        else if (tokens.IsDirective)
        {
            ReadVariable();
        }
        else
        {
            ReadLabelOrInstruction();
        }
    }

    private void ReadRegisters()
    {
        var type = tokens.Type();
        if (type.Size() == 1 || type is PtxType.BF16 or PtxType.BF16x2 or PtxType.TF32)
        {
            throw tokens.Wrong($"there are no registers of type {type.Name()}");
        }
        do
        {
            var name = tokens.Name();
            if (!tokens.Take("<"))
            {
                Declare(name);
                continue;
            }

            var count = tokens.Integer();
            tokens.Expect(">");
            for (var k = 0; k < count; k++)
            {
                Declare($"{name}{k}");
            }
        }
        while (tokens.Take(","));
        tokens.Expect(";");

        void Declare(string name) =>
            _scope.Declare(tokens, new PtxRegister(name, type, type == PtxType.Pred ? entry.Predicates++ : entry.Registers++));
    }

    private void ReadVariable()
    {
        var directive = tokens.Read().Text;
        if (directive == ".param")
        {
            throw CallRefused();
        }
        if (directive == ".pragma")
        {
            tokens.Read();
            tokens.Expect(";");
            return;
        }

        var (type, alignment) = ReadAlignedType(tokens);
        var name = tokens.Name();
        var bytes = (ReadExtent(tokens) ?? 1) * type.Size();
        tokens.Expect(";");
        var (space, used) = directive switch
        {
            ".shared" => (PtxSpace.Shared, entry.SharedBytes),
            ".local" => (PtxSpace.Local, entry.LocalBytes),
            _ => throw tokens.Wrong($"'{directive}' does not belong into a body"),
        };
        var address = (used + alignment - 1) / alignment * alignment;
        _scope.Declare(tokens, new PtxVariable(name, space, type, alignment, bytes, address));
        if (space == PtxSpace.Shared)
        {
            entry.SharedBytes = address + bytes;
        }
        else
        {
            entry.LocalBytes = address + bytes;
        }
    }

    // Arguments are declared in front of a call: call[.uni] [(result),] name…
    private PtxRejectedException CallRefused()
    {
        while (!tokens.IsAtEnd && !tokens.Take("call"))
        {
            tokens.Read();
        }
        var name = tokens.Read();
        while (name.Kind != PtxTokenKind.End && (name.Kind != PtxTokenKind.Word || name.Text[0] == '.' || tokens.Next.Text == ")"))
        {
            name = tokens.Read();
        }
        return tokens.Wrong($"calls the function '{name.Text}'; this machine runs entries, into which all calls are inlined");
    }

    private void ReadLabelOrInstruction()
    {
        var line = tokens.Line;
        RegisterOperand? guard = null;
        if (tokens.Take("@"))
        {
            var isNegated = tokens.Take("!");
            guard = ReadOperand() is RegisterOperand { Register.Type: PtxType.Pred } predicate
                ? predicate with { IsNegated = isNegated }
                : throw tokens.Wrong("a guard is a predicate register");
        }

        var name = tokens.Name();
        if (guard is null && tokens.Take(":"))
        {
            if (tokens.Take(".branchtargets"))
            {
                ReadTargets(name);
            }
            else if (!entry.Labels.TryAdd(name, entry.Statements.Count))
            {
                throw tokens.Wrong($"label '{name}' stands twice");
            }
            return;
        }

        var suffixes = new List<string>();
        while (tokens.IsDirective)
        {
            suffixes.Add(tokens.Read().Text);
        }
        var operands = new List<PtxOperand>();
        if (tokens.Next.Text != ";")
        {
            do
            {
                operands.Add(ReadOperand());
            }
            while (tokens.Take(","));
        }

        tokens.Expect(";");
        entry.Statements.Add(new PtxStatement(line, guard, name, [.. suffixes], [.. operands]));
    }

    private void ReadTargets(string name)
    {
        var labels = new List<string>();
        do
        {
            labels.Add(tokens.Name());
        }
        while (tokens.Take(","));
        tokens.Expect(";");
        entry.Targets.Add(name, [.. labels]);
    }

    private PtxOperand ReadOperand()
    {
        if (tokens.Take("{") || tokens.Next.Text == "(")
        {
            return ReadVector();
        }
        if (tokens.Take("["))
        {
            return ReadAddress();
        }
        if (tokens.Take("!"))
        {
            return ReadOperand() is RegisterOperand { Register.Type: PtxType.Pred } predicate
                ? predicate with { IsNegated = true }
                : throw tokens.Wrong("only predicates can be negated");
        }

        if (tokens.Take("-"))
        {
            return tokens.Number(isNegative: true);
        }
        if (tokens.Next.Kind == PtxTokenKind.Number)
        {
            return tokens.Number(isNegative: false);
        }
        var first = Resolve(tokens.Name());
        if (tokens.Take("|"))
        {
            return new PairOperand(first, Resolve(tokens.Name()));
        }
        return first is VariableOperand variable && tokens.Take("+") ? variable with { Offset = tokens.Integer() } : first;
    }

    private VectorOperand ReadVector()
    {
        var end = tokens.Take("(") ? ")" : "}";
        var elements = new List<PtxOperand>();
        if (!tokens.Take(end))
        {
            do
            {
                elements.Add(ReadOperand());
            }
            while (tokens.Take(","));
            tokens.Expect(end);
        }

        return new VectorOperand([.. elements]);
    }

    private AddressOperand ReadAddress()
    {
        var target = tokens.Next.Kind == PtxTokenKind.Number ? tokens.Number(isNegative: false) : Resolve(tokens.Name());
        var offset = 0L;
        if (tokens.Take("+"))
        {
            offset = tokens.Take("-") ? -tokens.Integer() : tokens.Integer();
        }
        else if (tokens.Take("-"))
        {
            offset = -tokens.Integer();
        }
        tokens.Expect("]");
        return new AddressOperand(target, offset);
    }

    private PtxOperand Resolve(string name)
    {
        switch (_scope.Find(name))
        {
            case PtxRegister register:
                return new RegisterOperand(register);
            case PtxVariable variable:
                if (variable.IsDynamic)
                {
                    entry.DynamicAlignment = Math.Max(entry.DynamicAlignment, variable.Alignment);
                }
                return new VariableOperand(variable);
        }

        if (name == "WARP_SZ")
        {
            return new SpecialOperand(name);
        }
        if (name[0] != '%')
        {
            return new NameOperand(name);
        }
        if (name is "%tid" or "%ntid" or "%ctaid" or "%nctaid")
        {
            return tokens.Read().Text is [.., 'x' or 'y' or 'z'] and { Length: 2 } part
                ? new SpecialOperand(name + part)
                : throw tokens.Wrong($"{name} has components x, y and z");
        }

        return name is "%laneid" or "%warpid" or "%nwarpid" or "%dynamic_smem_size" or "%total_smem_size" or "%lanemask_eq"
            or "%lanemask_lt" or "%lanemask_le" or "%lanemask_gt" or "%lanemask_ge"
            ? new SpecialOperand(name)
            : throw tokens.Wrong($"register '{name}' is not declared");
    }
}
